import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What goes between the ledger's client and DynamoDB: counted, and spoilt where a test asks for it. */
export interface Wire {
  /** Requests per command (`GetItemCommand`), attempts that were spoilt included. */
  count(command: string): number;
  /** The inputs of all requests of this command, in order. */
  inputs(command: string): readonly Readonly<Record<string, unknown>>[];
  /** The next answers of this command are lost after the work was done, as when a connection is cut. */
  loseAnswers(command: string, times: number): void;
  /** The next batch reads get their last keys back unread, as when a part of the table is throttled. */
  leaveUnprocessed(times: number): void;
  remove(): void;
}

interface BatchInput {
  RequestItems: Record<string, { Keys: unknown[] }>;
}

/** Taps the client, whatever server is behind it. */
export function tap(client: DynamoDBClient): Wire {
  const seen: { readonly command: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const losses = new Map<string, number>();
  let unprocessed = 0;
  const name = `tap-${randomUUID()}`;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = context.commandName ?? "";
      seen.push({ command, input: { ...args.input } });
      if (command === "BatchGetItemCommand" && unprocessed > 0) {
        unprocessed -= 1;
        const [[table, request] = []] = Object.entries((args.input as BatchInput).RequestItems);
        if (table !== undefined && request !== undefined) {
          const kept = request.Keys.slice(-1);
          const input = { RequestItems: { [table]: { ...request, Keys: request.Keys.slice(0, -1) } } };
          const answer =
            request.Keys.length > 1 ? await next({ ...args, input: input as never }) : { output: {}, response: {} };
          const output = { ...answer.output, UnprocessedKeys: { [table]: { ...request, Keys: kept } } };
          return { ...answer, output: output as never };
        }
      }
      const answer = await next(args);
      const left = losses.get(command) ?? 0;
      if (left === 0) return answer;
      losses.set(command, left - 1);
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    { step: "initialize", name },
  );
  return {
    count: (command) => seen.filter((one) => one.command === command).length,
    inputs: (command) => seen.filter((one) => one.command === command).map(({ input }) => input),
    loseAnswers: (command, times) => {
      losses.set(command, times);
    },
    leaveUnprocessed: (times) => {
      unprocessed = times;
    },
    remove: () => {
      client.middlewareStack.remove(name);
    },
  };
}
