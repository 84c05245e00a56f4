import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemas } from "../../../lib/cli/init/schemas.ts";
import type { Migration } from "../../../lib/config/define-migration.ts";
import { useSecretStore } from "../../../lib/config/secret.ts";
import { openDeadline } from "../../../lib/core/deadline.ts";
import { findLegacyUser } from "../../../lib/core/legacy-users.ts";
import { openPasswordChecker } from "../../../lib/core/passwords.ts";
import type { Lookup } from "../../../lib/core/ports.ts";
import { Secret } from "../../../lib/core/secret.ts";
import type { LegacyUser } from "../../../lib/core/user.ts";
import { type Certificates, makeCertificates } from "../../sources/certificates.ts";
import { type MariadbServer, mariadbMissing, startMariadb } from "../../support/mariadb-server.ts";
import { type PostgresServer, postgresMissing, startPostgres } from "../../support/postgres-server.ts";
import { type Database, type FrameworkTables, insertText, type Person } from "./framework-tables.ts";
import { type Generated, generateAll } from "./generated.ts";

const tables = new URL("./tables/", import.meta.url);
const frameworks = await Promise.all(
  readdirSync(tables).map(async (file): Promise<FrameworkTables> => {
    const module: Readonly<Record<string, FrameworkTables>> = await import(new URL(file, tables).href);
    return Object.values(module)[0] ?? expect.unreachable(`${file} exports no tables`);
  }),
);

/** A server with every framework's tables, each where its own reader alone sees them. */
interface Bed {
  readonly server: PostgresServer | MariadbServer;
  /** The connection of a reader who may select and nothing else. */
  prepare(name: string, statements: readonly string[], reader?: string): Promise<string>;
}

const beds: Readonly<Record<Database, (certificates: Certificates) => Promise<Bed>>> = {
  async postgres(certificates) {
    const server = await startPostgres();
    await server.useCertificate(certificates.here);
    return {
      server,
      async prepare(name, statements, reader = "") {
        await server.sql(`create schema ${name}; set search_path to ${name}; ${statements.join(";\n")}`);
        await server.sql(`create role ${name}_reader login password 'reader' ${reader}`);
        await server.sql(`alter role ${name}_reader set search_path to ${name}`);
        const places = statements.some((one) => one.includes("create schema auth")) ? [name, "auth"] : [name];
        for (const place of places) {
          await server.sql(`grant usage on schema ${place} to ${name}_reader`);
          await server.sql(`grant select on all tables in schema ${place} to ${name}_reader`);
        }
        return server.url({ user: `${name}_reader`, password: "reader", host: "localhost" });
      },
    };
  },
  async mysql(certificates) {
    const server = await startMariadb(certificates.here);
    return {
      server,
      async prepare(name, statements) {
        await server.sql(`create database ${name} character set utf8mb4; use ${name}; ${statements.join(";\n")}`);
        const account = { user: `${name}_reader`, password: "reader" };
        await server.createAccount(account, "select");
        await server.sql(`grant select on ${name}.* to '${account.user}'@'127.0.0.1'`);
        return server.url(account, { host: "localhost" }).replace(/\/legacy$/, `/${name}`);
      },
    };
  },
};

const databases = [
  ["postgres", postgresMissing],
  ["mysql", mariadbMissing],
] as const;

test("every schema has its tables here, for each database that runs here", () => {
  const wanted = schemas.map(({ name, on }) => [name, on.filter((one) => one !== "mssql").sort()]);
  const found = frameworks.map(({ schema, ddl }) => [schema, Object.keys(ddl).sort()]);
  expect(found.sort()).toEqual(wanted.sort());
});

describe.each(databases)("what init writes for %s", (database, absent) => {
  describe.skipIf(absent !== undefined)("signs people in from the tables that the framework makes", () => {
    let opened: { readonly bed: Bed; readonly generated: Generated; readonly certificates: Certificates } | undefined;
    const now = () => opened ?? expect.unreachable("asked before the suite began");
    const usual = getCACertificates("default");

    beforeAll(async () => {
      const [generated, certificates] = await Promise.all([generateAll(), makeCertificates()]);
      // The configs verify TLS by the authorities of the machine, as they will.
      setDefaultCACertificates([...usual, certificates.ca]);
      opened = { generated, certificates, bed: await beds[database](certificates) };
    });
    afterAll(async () => {
      setDefaultCACertificates(usual);
      await now().bed.server.stop();
      await rm(now().generated.folder, { recursive: true });
      await rm(now().certificates.folder, { recursive: true });
    });

    describe.each(frameworks.filter(({ ddl }) => ddl[database] !== undefined))(
      "$schema",
      ({ schema, ddl, reader, people }) => {
        const [userNames = ""] = schemas.find(({ name }) => name === schema)?.userNames ?? [];
        const all = people(database);
        let migration: Migration | undefined;

        beforeAll(async () => {
          const rows = all.flatMap((person) => person.rows.map((row) => insertText(database, row)));
          const url = await now().bed.prepare(schema.replaceAll("-", "_"), [ddl[database] ?? "", ...rows], reader);
          useSecretStore(async () => url);
          const file = join(now().generated.folder, `${schema}-on-${database}-${userNames}.config.ts`);
          migration = (await import(pathToFileURL(file).href)).default;
        });
        afterAll(async () => {
          for (const source of migration?.sources ?? []) await source.close?.();
        });
        const config = () => migration ?? expect.unreachable("asked before the suite began");

        test.each(all.map((person) => [person.title, person] as const))("%s", async (_, person) => {
          for (const lookup of [...person.lookups, { by: "id" as const, text: person.expected.id }]) {
            expect(describeUser(await find(config(), lookup)), lookup.by).toEqual(person.expected);
          }
          await expectPassword(config(), person);
        });

        test("somebody who is not there", async () => {
          for (const by of config().sources[0]?.lookups ?? []) {
            expect(await find(config(), { by, text: by === "email" ? "nobody@example.org" : "0" })).toBeUndefined();
          }
        });
      },
    );
  });
});

function find({ sources, usernameCase }: Migration, { by, text }: Person["lookups"][number]) {
  const lookup: Lookup = { by, canonical: text, typed: text };
  const [source] = sources;
  if (by === "id") return source?.find?.(lookup, AbortSignal.timeout(10_000));
  // The core's own way, which also holds the row against what was typed.
  const only = sources.map((one) => ({ ...one, lookups: one.lookups.filter((each) => each === by) }));
  return findLegacyUser(only, lookup, { usernameCase }, AbortSignal.timeout(10_000));
}

function describeUser(user: LegacyUser | undefined): unknown {
  if (user === undefined) return undefined;
  const { id, username, enabled, attributes, groups } = user;
  return { id, username, enabled, attributes: { ...attributes }, ...(groups === undefined ? {} : { groups }) };
}

async function expectPassword(migration: Migration, { hashed, expected }: Person): Promise<void> {
  const user = await find(migration, { by: "id", text: expected.id });
  if (hashed === undefined) return expect(user?.password).toBeUndefined();
  const budget = { processorShare: 1, memoryBytes: 512 * 1_048_576, timeMs: 10_000 };
  const checker = openPasswordChecker(migration.passwords, budget);
  const check = async (password: string) => {
    const deadline = openDeadline(10_000);
    try {
      return await checker.check(Secret.fromText(password), user ?? expect.unreachable("nobody found"), deadline);
    } finally {
      deadline.clear();
    }
  };
  expect(await check(hashed.password)).toBe("match");
  expect(await check(`${hashed.password}?`)).toBe("mismatch");
}
