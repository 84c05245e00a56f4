import { paginateQuery } from "@aws-sdk/client-dynamodb";
import type { OpenRows } from "../core/reconcile.ts";
import { counterShards, openIndex, openPartitionOf } from "./keys.ts";
import { type LedgerSettings, unavailable } from "./ledger.ts";

/** The users of a state by a sparse index of the table: as it was a moment ago, so each is read again before anything is done. */
export function openOpenRows({ table, client }: Pick<LedgerSettings, "table" | "client">): OpenRows {
  return {
    async *since(state, { from, to }, signal) {
      for (let shard = 0; shard < counterShards; shard++) {
        const pages = paginateQuery(
          { client },
          {
            TableName: table,
            IndexName: openIndex,
            KeyConditionExpression: "#open = :open AND #since BETWEEN :from AND :to",
            ExpressionAttributeNames: { "#open": "open", "#since": "since" },
            ExpressionAttributeValues: {
              ":open": { S: openPartitionOf(state, shard) },
              ":from": { S: from.toISOString() },
              ":to": { S: to.toISOString() },
            },
          },
          { abortSignal: signal },
        );
        try {
          for await (const { Items = [] } of pages) {
            // `user#source#id`: no source's name has a `#`.
            yield Items.map((item) => {
              const [, source = "", ...id] = (item.pk?.S ?? "").split("#");
              return { source, legacyId: id.join("#") };
            });
          }
        } catch (error) {
          signal.throwIfAborted();
          throw unavailable(error);
        }
      }
    },
  };
}
