import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import {
  DeleteItemCommand,
  paginateQuery,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import type { ErasedUser, Erasures, UnfinishedErasure } from "../core/erasures.ts";
import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";
import { type ErasureKeys, newestKey, openTombstones, parseErasureKeys } from "../core/tombstones.ts";
import { batchGet } from "./batch-get.ts";
import { type Item, keyItem } from "./items.ts";
import { auditKey, counterKey, counterShards, erasingKey, tombstoneKey } from "./keys.ts";
import { type LedgerSettings, retryable, unavailable } from "./ledger.ts";

export interface ErasuresSettings extends LedgerSettings {
  readonly secret: SecretRef;
}

// What is sealed is a user's names for an hour or two: AES-256-GCM under a key made of the erasures' own (RFC 5869).
const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** The tombstones of the ledger's table, and the erasures that are not over. */
export function openErasures({ table, client, secret, random = Math.random }: ErasuresSettings): Erasures {
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };
  const tombstones = openTombstones(secret);
  const keys = async (signal: AbortSignal) => parseErasureKeys(secret.name, await secret.read(signal));

  const read = (marks: readonly string[], signal: AbortSignal) =>
    batchGet({ table, client, rules }, [...new Set(marks)].map(tombstoneKey), signal);

  return {
    async seal(user, signal) {
      const [version, key] = newestKey(await keys(signal));
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, sealingKey(key, table), nonce, { authTagLength: tagBytes });
      const content = Buffer.from(JSON.stringify(user), "utf8");
      const head = Buffer.alloc(2);
      head.writeUInt16BE(version);
      return Buffer.concat([head, nonce, sealing.update(content), sealing.final(), sealing.getAuthTag()]);
    },

    async unfinished(signal) {
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: erasingKey("").pk } },
          ConsistentRead: true,
        },
        { abortSignal: signal },
      );
      const items: Item[] = [];
      try {
        for await (const { Items = [] } of pages) items.push(...Items);
      } catch (error) {
        signal.throwIfAborted();
        throw unavailable(error);
      }
      if (items.length === 0) return [];
      const opened = await keys(signal);
      const erasures = items.map((item) => parseErasing(item, opened, table));
      return erasures.sort((a, b) => a.since.localeCompare(b.since));
    },

    async finish({ history }, signal) {
      const command = new DeleteItemCommand({ TableName: table, Key: keyItem(erasingKey(history)) });
      await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, rules);
    },

    async find(names, signal) {
      const [item] = await read(await tombstones.marks(names, signal), signal);
      const [history, version] = [item?.history?.S, Number(item?.version?.N)];
      if (item === undefined) return undefined;
      if (history === undefined || !Number.isSafeInteger(version)) throw damaged("a tombstone has no history");
      return { history, version, marks: (item.marks?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S])) };
    },

    async lift({ history, version, marks }, now, signal) {
      // One user's tombstones are a few; a second erasure of the same name has marks of its own.
      const mine = (await read(marks, signal)).filter((item) => item.history?.S === history);
      if (mine.length === 0) return false;
      const token = randomUUID();
      const actions = [
        ...mine.map(({ pk = { S: "" }, sk = { S: "" } }) => ({
          Delete: {
            TableName: table,
            Key: { pk, sk },
            ConditionExpression: "#history = :history",
            ExpressionAttributeNames: { "#history": "history" },
            ExpressionAttributeValues: { ":history": { S: history } },
          },
        })),
        {
          Update: {
            TableName: table,
            Key: keyItem(counterKey(Math.floor(random() * counterShards))),
            UpdateExpression: "ADD #erased :minus",
            ExpressionAttributeNames: { "#erased": "erased" },
            ExpressionAttributeValues: { ":minus": { N: "-1" } },
          },
        },
        {
          Put: {
            TableName: table,
            Item: {
              ...keyItem(auditKey(history, version + 1)),
              event: { S: "lifted" },
              from: { S: "erased" },
              to: { S: "none" },
              at: { S: now.toISOString() },
            },
          },
        },
        { Delete: { TableName: table, Key: keyItem(erasingKey(history)) } },
      ];
      return withRetry(
        async (attempt) => {
          try {
            const command = new TransactWriteItemsCommand({ TransactItems: actions, ClientRequestToken: token });
            await client.send(command, { abortSignal: attempt.signal });
            return true;
          } catch (error) {
            if (!(error instanceof TransactionCanceledException)) throw error;
            if (error.CancellationReasons?.some(({ Code }) => Code === "ConditionalCheckFailed")) return false;
            throw retryable(error);
          }
        },
        signal,
        rules,
      );
    },
  };
}

function parseErasing(item: Item, keys: ErasureKeys, table: string): UnfinishedErasure {
  const [history, since, content] = [item.sk?.S, item.since?.S, item.content?.B];
  if (history === undefined || since === undefined || content === undefined || content.length < 2) {
    throw damaged("an unfinished erasure is cut off");
  }
  const sealed = Buffer.from(content);
  const version = sealed.readUInt16BE(0);
  const key = keys.get(version);
  if (key === undefined) {
    throw new MigrationError("SECRET_INVALID", `the erasures' secret has no key ${version}, and an erasure needs it`);
  }
  const rest = sealed.subarray(2);
  const opening = createDecipheriv(cipher, sealingKey(key, table), rest.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAuthTag(rest.subarray(-tagBytes));
  try {
    const text = Buffer.concat([opening.update(rest.subarray(nonceBytes, -tagBytes)), opening.final()]).toString();
    return { history, since, user: JSON.parse(text) as ErasedUser };
  } catch (cause) {
    throw damaged("an unfinished erasure does not open", cause);
  }
}

function sealingKey(key: string, table: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", `samekey-erasure ${table}`, 32));
}

function damaged(what: string, cause?: unknown): MigrationError {
  return new MigrationError("LEDGER_DAMAGED", what, cause === undefined ? {} : { cause });
}
