import { type DynamoDBClient, GetItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { type UserState, userStates } from "../core/ports.ts";
import { type Item, keyItem } from "./items.ts";
import { counterKey, counterShards, shadowCaseKey, shadowCountKey } from "./keys.ts";
import { parseCase, parseTallies, type ShadowCase, type ShadowTally } from "./shadow-items.ts";

// What an operator reads of the table to see how a migration stands. No function needs it, and nothing is written.

export interface Place {
  readonly client: DynamoDBClient;
  readonly table: string;
}

const shards = Array.from({ length: counterShards }, (_, shard) => shard);

// A shadow run that is wrong about everybody has a case of each; a few hundred show what is wrong.
const casesPerShard = 100;

/** Users by state, summed over all counters by strongly consistent reads. */
export async function readUserCounts({ client, table }: Place): Promise<ReadonlyMap<UserState, number>> {
  const items = await Promise.all(
    shards.map(async (shard) => {
      const Key = keyItem(counterKey(shard));
      const { Item = {} } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item;
    }),
  );
  const sum = (state: UserState) => items.reduce((total, item) => total + Number(item[state]?.N ?? 0), 0);
  return new Map(userStates.map((state) => [state, sum(state)]));
}

/** What a shadow run counted from one day (UTC, as 2026-11-27) on, a tally for each shard. */
export async function readTallies(place: Place, firstDay: string): Promise<readonly ShadowTally[]> {
  const items = await Promise.all(
    shards.map((shard) =>
      query(place, shadowCountKey(shard, firstDay).pk, { firstDay, most: Number.POSITIVE_INFINITY }),
    ),
  );
  return items.flat().flatMap(parseTallies);
}

export interface ShadowCases {
  readonly cases: readonly ShadowCase[];
  /** Whether there may be cases that were not read. */
  readonly more: boolean;
}

/** The users whom a shadow run found something wrong with since a day, 1,600 at most. */
export async function readCases(place: Place, firstDay: string, now: Date): Promise<ShadowCases> {
  const items = await Promise.all(
    shards.map((shard) => {
      const { pk } = shadowCaseKey(shard, { source: "", legacyId: "" });
      return query(place, pk, { most: casesPerShard });
    }),
  );
  const cases = items.flat().flatMap((item) => parseCase(item, now) ?? []);
  return {
    cases: cases.filter(({ day }) => day >= firstDay),
    more: items.some(({ length }) => length >= casesPerShard),
  };
}

async function query(
  { client, table }: Place,
  pk: string,
  { firstDay, most }: { readonly firstDay?: string; readonly most: number },
): Promise<readonly Item[]> {
  const since = firstDay === undefined ? {} : { ":first": { S: firstDay } };
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: firstDay === undefined ? "pk = :pk" : "pk = :pk AND sk >= :first",
      ExpressionAttributeValues: { ":pk": { S: pk }, ...since },
      ConsistentRead: true,
      ...(Number.isFinite(most) ? { Limit: most } : {}),
    },
  );
  const found: Item[] = [];
  for await (const { Items = [] } of pages) {
    found.push(...Items);
    if (found.length >= most) break;
  }
  return found;
}
