import { rm } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { LegacySource, SecretRef } from "../../lib/core/ports.ts";
import { type PostgresSettings, postgres } from "../../lib/sources/postgres.ts";
import { named } from "../contracts/source.ts";
import { type FaultProxy, type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { legacyUsersTable, statements, userOf } from "./legacy-users-table.ts";

export interface Role {
  readonly user: string;
  readonly password: string;
}

/** A PostgreSQL with the table of users, for the tests of one suite. It offers TLS with `certificates.here`. */
export interface PostgresBed {
  readonly server: PostgresServer;
  readonly certificates: Certificates;
  /** A role that no test changes, and its secret. */
  readonly everyday: Role;
  everydaySecret(): SecretRef;
  /** A role of one test alone, so that its connections can be counted and its password changed. */
  aRole(limits?: string): Promise<Role>;
  /** A relay before the server; it ends with the test. */
  aRelay(mode?: ProxyMode): Promise<FaultProxy>;
  /** Makes every query hang, until what is answered is called or the test is over. */
  lockUsers(): Promise<() => Promise<void>>;
  /** How many sessions of the role wait for a lock. */
  waiting(user: string): Promise<number>;
}

/** Called in a suite: starts before its tests and stops after them. */
export function postgresBed(): PostgresBed {
  let opened: Pick<PostgresBed, "server" | "certificates" | "everyday"> | undefined;
  let names = 0;
  const now = () => opened ?? expect.unreachable("asked before the suite began");

  beforeAll(async () => {
    const [server, certificates] = await Promise.all([startPostgres(), makeCertificates()]);
    opened = { server, certificates, everyday: { user: "everyday", password: "every day" } };
    await server.sql(legacyUsersTable);
    await server.useCertificate(certificates.here);
    await createRole(opened.everyday);
  });
  afterAll(async () => {
    await now().server.stop();
    await rm(now().certificates.folder, { recursive: true });
  });

  async function createRole({ user, password }: Role, limits = ""): Promise<void> {
    await now().server.sql(`create role ${user} login password ${pg.escapeLiteral(password)} ${limits}`);
    await now().server.sql(`grant select on users to ${user}`);
  }

  return {
    get server() {
      return now().server;
    },
    get certificates() {
      return now().certificates;
    },
    get everyday() {
      return now().everyday;
    },
    everydaySecret: () => aSecret(now().server.url(now().everyday)),
    async aRole(limits) {
      const role = { user: `role_${++names}`, password: `pa'ss /?#%"\\${names}` };
      await createRole(role, limits);
      return role;
    },
    async aRelay(mode) {
      const relay = await startFaultProxy(now().server.port, mode);
      onTestFinished(() => relay.stop());
      return relay;
    },
    async lockUsers() {
      const role = { user: `locker_${++names}`, password: "locker" };
      await createRole(role, "superuser");
      const client = new pg.Client(now().server.url(role));
      // Ended by the server at the latest.
      client.on("error", () => undefined);
      await client.connect();
      await client.query("begin; lock table users in access exclusive mode");
      let open = true;
      const unlock = async () => {
        if (open) await client.end();
        open = false;
      };
      onTestFinished(unlock);
      return unlock;
    },
    async waiting(user) {
      const sql = "select count(*)::int as count from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'";
      return Number((await now().server.sql(sql, [user]))[0]?.count);
    },
  };
}

export const ada = named("username", "ada");
export const soon = () => AbortSignal.timeout(10_000);

/** A secret whose text never changes. */
export function aSecret(text: string): SecretRef {
  return { name: "samekey/legacy-database", read: async () => text, refresh: async () => text };
}

/** A source without TLS unless told otherwise, closed after the test. */
export function aPostgres(overrides: Partial<PostgresSettings> & Pick<PostgresSettings, "connection">): LegacySource {
  const source = postgres({ tls: "insecure-no-tls", find: statements, user: userOf, ...overrides });
  onTestFinished(() => source.close?.());
  return source;
}

export function find(source: LegacySource, lookup = ada, signal = soon()) {
  if (source.find === undefined) expect.unreachable("no find");
  return source.find(lookup, signal);
}

/** The error that the promise is rejected with. */
export async function faultOf(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => expect.unreachable("no fault"),
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error : expect.unreachable("thrown, and no Error");
}
