import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localRegion } from "../../lib/local/account.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { createLedgerTable } from "../../lib/local/run/ledger-table.ts";
import { startSecrets } from "../../lib/local/secrets/secrets.ts";
import { localClient } from "../support/ledger.ts";
import { secretName } from "./bare-settings.ts";
import type { BenchSource } from "./bench-source.ts";
import { type BenchBundle, type BenchEntry, bundleEntries } from "./bundle.ts";

/** What the measured processes talk to. None of it runs in one of them. */
export interface Stage {
  /** The legacy store. */
  readonly setting: string;
  /** The bundles by the names that they were given. */
  readonly bundles: Readonly<Record<string, BenchBundle>>;
  /** What a measured function finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const table = "bench-ledger";

/** Entries by name, and whose config each has where it is not the measured source's. */
export type StageEntries = Readonly<Record<string, BenchEntry & { readonly config?: string }>>;

/** @param people How many of each cost the legacy store has. */
export async function openStage(source: BenchSource, entries: StageEntries, people: number): Promise<Stage> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "samekey-bench-"));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const bundles = await bundleAll(entries, source.name, folder);
    const dynamo = await startDynamoDb();
    stops.push(() => dynamo.stop());
    await createTable(dynamo.endpoint);
    const server = await source.start(people, { dynamoDb: dynamo.endpoint });
    stops.push(() => server.stop());
    const secrets = await startSecrets({ secrets: { [secretName]: server.secret ?? "none" } });
    stops.push(() => secrets.stop());
    return {
      setting: server.setting,
      bundles,
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
        SAMEKEY_TABLE: table,
        ...server.environment,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bundleAll(entries: StageEntries, own: string, folder: string): Promise<Stage["bundles"]> {
  const configs = Map.groupBy(Object.entries(entries), ([, { config = own }]) => config);
  const bundles = [...configs].map(async ([config, some]) => {
    const place = join(folder, config);
    await mkdir(place);
    return bundleEntries(Object.fromEntries(some), config, place);
  });
  return Object.assign({}, ...(await Promise.all(bundles)));
}

async function createTable(endpoint: string): Promise<void> {
  const client = localClient({ endpoint, region: localRegion });
  await createLedgerTable(client, table);
  client.destroy();
}
