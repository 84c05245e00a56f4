import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import { localRegion } from "../../lib/local/account.ts";
import { bundling } from "../../lib/local/bundle.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { createLedgerTable } from "../../lib/local/run/ledger-table.ts";
import { startSecrets } from "../../lib/local/secrets/secrets.ts";
import { startDatabase } from "./database.ts";
import { legacySql } from "./people.ts";

/** What the measured processes talk to. None of it runs in one of them. */
export interface Stage {
  readonly database: string;
  /** The bundles' files, by the names that they were given. */
  readonly files: Readonly<Record<string, string>>;
  /** What a measured function finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests per operation since the start, over both services. */
  requests(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const table = "bench-ledger";

/** @param entries Names to files of this folder, bundled as a function is deployed. */
export async function openStage(entries: Readonly<Record<string, string>>, people: number): Promise<Stage> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "samekey-bench-"));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    await bundle(entries, folder);
    const database = await startDatabase(await legacySql(people));
    stops.push(() => database.stop());
    const dynamo = await startDynamoDb();
    stops.push(() => dynamo.stop());
    const secrets = await startSecrets({ secrets: { "samekey/bench-database": database.url } });
    stops.push(() => secrets.stop());
    await createTable(dynamo.endpoint);
    return {
      database: database.name,
      files: Object.fromEntries(Object.keys(entries).map((name) => [name, join(folder, `${name}.js`)])),
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
        SAMEKEY_TABLE: table,
        BENCH_DATABASE_URL: database.url,
      },
      requests: () => new Map([...dynamo.requests, ...secrets.requests]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bundle(entries: Readonly<Record<string, string>>, outdir: string): Promise<void> {
  await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: { ...entries },
    outdir,
    alias: { ...bundling.alias, "#migration": join(root, "test/bench/migration.config.ts") },
  });
  await writeFile(join(outdir, "package.json"), '{"type":"module"}\n');
}

async function createTable(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: localRegion, credentials });
  await createLedgerTable(client, table);
  client.destroy();
}
