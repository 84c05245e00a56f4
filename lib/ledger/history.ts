import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { auditKey } from "./keys.ts";
import type { Place } from "./standing.ts";

/** One change of a user, free of anything personal. */
export interface HistoryEvent {
  readonly at: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
}

/** A user's history by its name, the first change first. */
export async function readHistory(
  { client, table }: Place,
  history: string,
  signal: AbortSignal,
): Promise<readonly HistoryEvent[]> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: auditKey(history, 0).pk } },
      ConsistentRead: true,
    },
    { abortSignal: signal },
  );
  const events: HistoryEvent[] = [];
  for await (const { Items = [] } of pages) {
    for (const { at, event, from, to } of Items) {
      events.push({ at: at?.S ?? "", event: event?.S ?? "", from: from?.S ?? "", to: to?.S ?? "" });
    }
  }
  return events;
}
