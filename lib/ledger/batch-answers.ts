import { type AttributeValue, ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import { MigrationError } from "../core/errors.ts";
import { type Item, keyItem } from "./items.ts";
import { batchKey } from "./keys.ts";
import { type LedgerSettings, unavailable } from "./ledger.ts";

export interface BatchAnswersSettings extends LedgerSettings {
  readonly now: () => Date;
}

/** What stands under one key. `answer` is JSON, undefined as long as nobody has written one. */
export interface KeptBatch {
  /** A digest of what was asked. */
  readonly body: string;
  readonly answer: string | undefined;
  /** Counts the answers that were written. */
  readonly revision: number;
}

/** The answers of batches, so that the same request gives the same one. Throws MigrationError LEDGER_UNAVAILABLE. */
export interface BatchAnswers {
  /** Writes down that the batch was asked for. @returns what stands there: it may be another one's. */
  claim(key: string, body: string, signal: AbortSignal): Promise<KeptBatch>;
  /** Writes an answer over the one of `before`. @returns what stands there, where that is no longer `before`. */
  save(key: string, before: KeptBatch, answer: string, signal: AbortSignal): Promise<KeptBatch | undefined>;
}

const keptSeconds = 24 * 3600;

export function openBatchAnswers({ table, client, now, random = Math.random }: BatchAnswersSettings): BatchAnswers {
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };
  const seconds = () => Math.floor(now().getTime() / 1000);

  async function put(
    key: string,
    { body, answer, revision }: KeptBatch,
    condition: string,
    names: Record<string, string>,
    values: Record<string, AttributeValue>,
    signal: AbortSignal,
  ): Promise<KeptBatch | undefined> {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        ...keyItem(batchKey(key)),
        body: { S: body },
        revision: { N: String(revision) },
        ...(answer === undefined ? {} : { answer: { S: answer } }),
        ttl: { N: String(seconds() + keptSeconds) },
      },
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
      return undefined;
    } catch (error) {
      const refused = error instanceof MigrationError ? error.cause : error;
      if (!(refused instanceof ConditionalCheckFailedException)) throw error;
      return parseKept(refused.Item as Item | undefined);
    }
  }

  return {
    async claim(key, body, signal) {
      const fresh = { body, answer: undefined, revision: 0 };
      // DynamoDB takes expired items away within days, not at once.
      const condition = "attribute_not_exists(pk) OR #ttl <= :now";
      const values = { ":now": { N: String(seconds()) } };
      return (await put(key, fresh, condition, { "#ttl": "ttl" }, values, signal)) ?? fresh;
    },
    async save(key, before, answer, signal) {
      const next = { body: before.body, answer, revision: before.revision + 1 };
      const values = { ":body": { S: before.body }, ":revision": { N: String(before.revision) } };
      const names = { "#body": "body", "#revision": "revision" };
      const other = await put(key, next, "#body = :body AND #revision = :revision", names, values, signal);
      // An attempt whose answer was lost has written it.
      return other?.revision === next.revision && other.answer === answer ? undefined : other;
    },
  };
}

/** @throws MigrationError LEDGER_DAMAGED */
function parseKept(item: Item | undefined): KeptBatch {
  const [body, revision] = [item?.body?.S, Number(item?.revision?.N)];
  if (body === undefined || !Number.isInteger(revision)) {
    throw new MigrationError("LEDGER_DAMAGED", "a batch's item has no body and no revision");
  }
  return { body, answer: item?.answer?.S, revision };
}
