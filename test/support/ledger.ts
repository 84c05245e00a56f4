import { type AttributeValue, DynamoDBClient, type DynamoDBClientConfig, paginateScan } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import { type Ledger, type LedgerUser, userStates } from "../../lib/core/ports.ts";
import { openTombstones } from "../../lib/core/tombstones.ts";
import { parseUser } from "../../lib/ledger/items.ts";
import { openLedger } from "../../lib/ledger/ledger.ts";
import { type LocalDynamoDb, startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { createLedgerTable } from "../../lib/local/run/ledger-table.ts";
import { aSecretRef } from "./secret-ref.ts";

type Item = Readonly<Record<string, AttributeValue>>;

/** A ledger on a real DynamoDB of some kind, and views of all that is in its table. */
export interface LedgerBench {
  readonly ledger: Ledger;
  /** The same, of a config that erases. */
  readonly erasing: Ledger;
  readonly client: DynamoDBClient;
  readonly table: string;
  items(): Promise<readonly Item[]>;
  /** The users' rows, by legacy id. */
  rows(): Promise<readonly LedgerUser[]>;
  /** `pk` of each pointer to `pk` of its user, sorted. */
  pointers(): Promise<Readonly<Record<string, string>>>;
  /** Users per state as the counters have it, all shards summed; states with none are left out. */
  counts(): Promise<Readonly<Record<string, number>>>;
}

/** The client's settings in tests: as `openDynamoDb` has them, for a server on this machine. */
export function localClient(more: DynamoDBClientConfig): DynamoDBClient {
  return new DynamoDBClient({
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true },
    ...more,
  });
}

/** A ledger on the embedded DynamoDB, which ends with the test. */
export async function anEmbeddedLedger(): Promise<LedgerBench & { readonly local: LocalDynamoDb }> {
  const local = await startDynamoDb();
  const client = localClient({ endpoint: local.endpoint });
  onTestFinished(async () => {
    client.destroy();
    await local.stop();
  });
  return { ...(await ledgerIn(client, "ledger")), local };
}

/** Tombstones under a key of the tests. */
export const someErasureKey = aSecretRef("a key of erasures for tests", "samekey/erasure-key");
export const someTombstones = openTombstones(someErasureKey);

/** A ledger in a new table. */
export async function ledgerIn(client: DynamoDBClient, table: string): Promise<LedgerBench> {
  await createLedgerTable(client, table);
  const items = async (): Promise<readonly Item[]> => {
    const found: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
      found.push(...Items);
    }
    return found;
  };
  const startingWith = async (prefix: RegExp) => (await items()).filter((item) => prefix.test(item.pk?.S ?? ""));
  return {
    ledger: openLedger({ table, client }),
    erasing: openLedger({ table, client, tombstones: someTombstones }),
    client,
    table,
    items,
    rows: async () => {
      const rows = (await startingWith(/^user#/)).map((item) => parseUser({ ...item }));
      // A history's name is random; who asks for it reads the items.
      return rows.map(({ history: _, ...row }) => row).sort((a, b) => a.legacyId.localeCompare(b.legacyId));
    },
    pointers: async () => {
      const found = await startingWith(/^(identifier|legacy|platform)#/);
      return Object.fromEntries(found.map((item) => [item.pk?.S ?? "", item.user?.S ?? ""]).sort());
    },
    counts: async () => {
      const shards = await startingWith(/^count#/);
      const sums = userStates.map(
        (state) => [state, shards.reduce((sum, one) => sum + countIn(one, state), 0)] as const,
      );
      return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
    },
  };
}

/** Users per state, counted row by row: what the counters have to say. */
export function countRows(rows: readonly LedgerUser[]): Readonly<Record<string, number>> {
  const counts = userStates.map((state) => [state, rows.filter((row) => row.state === state).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

function countIn(item: Item, state: string): number {
  return Number(item[state]?.N ?? 0);
}
