import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUsers,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Plugin } from "esbuild";
import { kmsWrappingKey, openKms } from "../../lib/aws/kms.ts";
import { defineMigration } from "../../lib/config/define-migration.ts";
import { type BatchServices, importBatch } from "../../lib/core/import-batch.ts";
import { usualImportOptions } from "../../lib/core/import-options.ts";
import { parseImportedUser } from "../../lib/core/imported-user.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { openImporter } from "../../lib/importer.ts";
import { pointerKey, pointersOf, userKey } from "../../lib/ledger/keys.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { triggerFunctions } from "../../lib/local/bundle.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import type { FaultPlan } from "../../lib/local/faults.ts";
import { startKms } from "../../lib/local/kms/kms.ts";
import { startLambda } from "../../lib/local/lambda/lambda.ts";
import { createPool } from "../../lib/local/run/pool.ts";
import { demoSecret } from "../../lib/local/run/stack.ts";
import { startSecrets } from "../../lib/local/secrets/secrets.ts";
import { startUserPool } from "../../lib/local/user-pool/index.ts";
import { bundleWith } from "../support/bundle-with.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { countRows, ledgerIn, localClient } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { storedHash } from "../support/legacy-user.ts";
import { startPostgres } from "../support/postgres-server.ts";
import type { Tables } from "./checker.ts";

// What the functions carry. Refusals are held back for less than usual, so that more happens in a minute.
const config = `
  import { kmsKey } from "./lib/config/kms-key.ts";
  import { defineMigration } from "./lib/config/define-migration.ts";
  import { secret } from "./lib/config/secret.ts";
  import { pbkdf2 } from "./lib/hashes/pbkdf2.ts";
  import { phpass } from "./lib/hashes/phpass.ts";
  import { postgres } from "./lib/sources/postgres.ts";
  export default defineMigration({
    sources: [postgres({
      connection: secret("${demoSecret}"),
      tls: "insecure-no-tls",
      find: {
        byEmail: "select * from users where lower(email) = $1",
        byUsername: "select * from users where username = $1",
        byId: "select * from users where id::text = $1",
      },
      user: (row) => ({
        id: row.id,
        username: row.username,
        enabled: true,
        attributes: { email: row.email, email_verified: true },
        password: { encoded: row.password_hash },
      }),
    })],
    vault: { key: kmsKey("alias/samekey") },
    passwords: [phpass(), pbkdf2()],
    userNames: "alias",
    gate: { legacyCheck: true, keepSeconds: 1 },
    lookupsPerMinute: 6000,
    refusalMs: 200,
  });
`;

export interface WorldOptions {
  /** How many people the legacy database has. */
  readonly people: number;
  /** What breaks the core on purpose, to see that it is found. */
  readonly broken?: Plugin | undefined;
  readonly now: () => Date;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The passwords of a person: number 0 is the legacy one. No other text of the run has the word in it. */
export const passwordOf = (user: number, password: number) => `canary-Aa1!${user}-${password}`;
export const nameOf = (user: number) => `person${user}`;
export const emailOf = (user: number) => `${nameOf(user)}@example.org`;

/** All of Samekey as it ships, with its servers behind proxies, and several environments of each function. */
export async function openWorld({ people, broken, now }: WorldOptions) {
  const stops: (() => unknown)[] = [];
  const folder = await mkdtemp(join(tmpdir(), "samekey-chaos-"));
  stops.push(() => rm(folder, { recursive: true }));
  const [server] = await Promise.all([
    startPostgres(),
    bundleWith(config, folder, triggerFunctions, broken === undefined ? [] : [broken]),
  ]);
  stops.push(server.stop);
  await server.sql(
    "create table users (id bigint primary key, username text unique, email text unique, password_hash text)",
  );
  const role = { user: "legacy", password: "canary-database" };
  await server.sql(`create role legacy login password '${role.password}'; grant select on users to legacy`);
  for (let user = 0; user < people; user++) {
    await server.sql("insert into users values ($1, $2, $3, $4)", [
      user,
      nameOf(user),
      emailOf(user),
      storedHash(passwordOf(user, 0)),
    ]);
  }

  const proxyTo = async (port: number): Promise<FaultProxy> => {
    const proxy = await startFaultProxy(port);
    stops.push(proxy.stop);
    return proxy;
  };
  const legacy = await proxyTo(server.port);
  const dynamo = await startDynamoDb();
  stops.push(dynamo.stop);
  const ledger = await proxyTo(Number(new URL(dynamo.endpoint).port));
  const url = server.url({ ...role, port: legacy.port });
  const secrets = await startSecrets({ secrets: { [demoSecret]: url } });
  const kms = await startKms({ keys: ["alias/samekey"] });
  stops.push(secrets.stop, kms.stop);

  const told: string[] = [];
  const pids = new Set<number>();
  const endpoint = `http://127.0.0.1:${ledger.port}`;
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    SAMEKEY_TABLE: "ledger",
  };
  const functionOf = (name: string) => ({
    file: join(folder, `${name}.js`),
    memoryMb: 1769,
    timeoutMs: 6000,
    environment,
  });
  const lambda = await startLambda({
    functions: Object.fromEntries(triggerFunctions.map((name) => [name, functionOf(name)])),
    maxEnvironments: 14,
    onLog: ({ text }) => told.push(text),
    onStart: ({ pid }) => pids.add(pid),
  });
  stops.push(lambda.stop);

  const codes = new Map<string, string>();
  const userPool = await startUserPool({
    now,
    invoke: (arn, event, taken) => lambda.invoke(arn, event, { taken }),
    deliver: ({ destination, code }) => codes.set(destination, code),
  });
  stops.push(userPool.stop);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const cognito = new CognitoIdentityProviderClient({
    endpoint: userPool.endpoint,
    region: userPool.region,
    credentials,
    maxAttempts: 1,
  });
  const pool = await createPool(cognito, "alias", (name) => lambda.arn(name));

  // The importer goes through the same faults; whoever looks at the tables in the end does not.
  const importing = localClient({ endpoint });
  const looking = localClient({ endpoint: dynamo.endpoint });
  const bench = await ledgerIn(looking, "ledger");
  const kmsClient = openKms({ endpoint: kms.endpoint, region: userPool.region, credentials });
  stops.push(() => {
    for (const client of [cognito, importing, looking, kmsClient]) client.destroy();
  });
  const key = kmsWrappingKey("alias/samekey", () => kmsClient);
  const migration = defineMigration({
    // Of the source an import needs the name alone.
    sources: [aSource([], { name: "postgres" }).source],
    vault: { key: { ...key, openVault: (at) => openVault({ ...at, key }) } },
    passwords: [phpass(), pbkdf2()],
    userNames: "alias",
  });
  const described = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: pool.poolId }));
  const services: BatchServices = openImporter(
    migration,
    {
      table: bench.table,
      client: importing,
      pool: { pool: described.UserPool ?? {}, cognito, perSecond: 1000 },
    },
    usualImportOptions,
  );

  return {
    cognito,
    ...pool,
    codes,
    told,
    legacy,
    ledger,
    server,
    role: role.user,
    pids,
    plans: { dynamo: dynamo.faults, secrets: secrets.faults, kms: kms.faults } satisfies Record<string, FaultPlan>,
    /** Brings users into the vault, as `samekey import` does. */
    async bringIn(users: readonly number[]): Promise<void> {
      const mapped = users.map((user) =>
        parseImportedUser(
          {
            id: user,
            username: nameOf(user),
            enabled: true,
            attributes: { email: emailOf(user), email_verified: true },
            password: { encoded: storedHash(passwordOf(user, 0)) },
          },
          "postgres",
        ),
      );
      await importBatch(mapped, services, { plan: false, stop: new AbortController().signal });
    },
    async tables(): Promise<Tables> {
      const rows = (await bench.rows()).map((row) => ({ ...row, number: Number(row.legacyId) }));
      const items = await bench.items();
      const numbersOf = (prefix: string) =>
        items.flatMap(({ pk }) => (pk?.S?.startsWith(prefix) ? [Number(pk.S.slice(prefix.length))] : []));
      const audits = new Map<number, number>();
      for (const { number, source, legacyId } of rows) {
        const user = items.find(({ pk }) => pk?.S === userKey(source, legacyId).pk);
        audits.set(number, items.filter(({ pk }) => pk?.S === `audit#${user?.history?.S}`).length);
      }
      const inPool: { number: number; id: string }[] = [];
      const input = { UserPoolId: pool.poolId };
      for await (const { Users = [] } of paginateListUsers({ client: cognito }, input)) {
        for (const { Attributes = [] } of Users) {
          const attribute = (name: string) => Attributes.find(({ Name }) => Name === name)?.Value;
          inPool.push({ number: Number(attribute("custom:legacy_id")), id: `${pool.poolId}#${attribute("sub")}` });
        }
      }
      return {
        rows,
        pointers: await bench.pointers(),
        wanted: Object.fromEntries(
          rows.flatMap((row) =>
            pointersOf(row).map((pointer) => [pointerKey(pointer).pk, userKey(row.source, row.legacyId).pk] as const),
          ),
        ),
        counted: await bench.counts(),
        inRows: countRows(rows),
        audits,
        vaulted: numbersOf("vault#postgres#"),
        pool: inPool,
      };
    },
    async stop(): Promise<void> {
      for (const pid of pids) signal(pid, "SIGCONT");
      for (const stop of stops.reverse()) await stop();
    },
  };
}

/** Sends a signal to a process that may have ended meanwhile. @returns whether it was there. */
export function signal(pid: number, name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
