import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { pause, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import { type Item, keyItem } from "./items.ts";
import type { ItemKey } from "./keys.ts";

export interface BatchPlace {
  readonly table: string;
  readonly client: DynamoDBClient;
  readonly rules: RetryRules;
}

/** Those items of up to a hundred distinct keys that are there, strongly consistent, in no order. */
export async function batchGet(
  { table, client, rules }: BatchPlace,
  keys: readonly ItemKey[],
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let left = keys.map(keyItem);
  for (let round = 0; left.length > 0; round++) {
    // A batch is best effort: what was throttled comes back and is asked again, after a while.
    if (round > 0) await pause(round - 1, signal, rules.random);
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
    const answer = await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
    found.push(...(answer.Responses?.[table] ?? []));
    left = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Item[];
  }
  return found;
}
