import { randomUUID } from "node:crypto";
import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import type { ShadowEntry, ShadowLog } from "../core/ports.ts";
import { keyItem } from "./items.ts";
import { counterShards, shadowCountKey } from "./keys.ts";
import { type LedgerSettings, retryable, unavailable } from "./ledger.ts";
import { caseItem, dayOf, tallyName } from "./shadow-items.ts";

/** A shadow run's counts and cases, in the ledger's table beside the ledger. */
export function openShadowLog({ table, client, random = Math.random }: LedgerSettings): ShadowLog {
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };
  return {
    record(entry, signal) {
      let request = entryTransaction(table, entry, shardOf(random));
      return withRetry(
        async (attempt) => {
          try {
            await client.send(new TransactWriteItemsCommand(request), { abortSignal: attempt.signal });
          } catch (error) {
            if (!(error instanceof TransactionCanceledException)) throw error;
            if (error.CancellationReasons?.some(({ Code }) => Code === "ValidationError")) throw unavailable(error);
            // Nothing was written; most often another event had the same shard.
            request = entryTransaction(table, entry, shardOf(random));
            throw retryable(error);
          }
        },
        signal,
        rules,
      );
    },
  };
}

/**
 * One entry as one transaction: a count, and where somebody is concerned that person's case. Its token is the event's
 * own: two events that came to the same are two, and an attempt that is repeated is one.
 */
export function entryTransaction(table: string, entry: ShadowEntry, shard: number) {
  const concerned = caseItem(entry);
  return {
    ClientRequestToken: randomUUID(),
    TransactItems: [
      {
        Update: {
          TableName: table,
          Key: keyItem(shadowCountKey(shard, dayOf(entry.at))),
          UpdateExpression: "ADD #tally :one",
          ExpressionAttributeNames: { "#tally": tallyName(entry) },
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
      },
      ...(concerned === undefined ? [] : [{ Put: { TableName: table, Item: concerned } }]),
    ],
  } satisfies TransactWriteItemsCommandInput;
}

function shardOf(random: () => number): number {
  return Math.floor(random() * counterShards);
}
