import { createHash } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { LedgerChange, LedgerKey, LedgerUser } from "../core/ports.ts";
import { keyItem, userItem } from "./items.ts";
import { auditKey, counterKey, pointerKey, pointersOf, userKey, vaultKey } from "./keys.ts";
import { vaultItem } from "./vault-items.ts";

/** What each action of a change's transaction is about, in the order of the actions. */
export type ActionRole = "user" | "pointer" | "counter" | "audit" | "vault";

export interface ChangeTransaction {
  readonly actions: TransactWriteItem[];
  readonly roles: readonly ActionRole[];
}

/**
 * One change as one transaction: the user item (condition: the version that was read), its pointers (condition: free
 * or mine), one counter shard (one update moves both counts), one audit event, and the vault's item where it comes or
 * goes.
 */
export function changeTransaction(table: string, change: LedgerChange, shard: number): ChangeTransaction {
  const { before, after } = change;
  const me = userKey(after.source, after.legacyId).pk;
  const old = before === undefined ? [] : pointersOf(before);
  const current = pointersOf(after);
  const gone = without(old, current).map((key) => removePointer(table, key, me));
  const added = without(current, old).map((key) => putPointer(table, key, me));
  const count = before?.state === after.state ? [] : [moveCount(table, before, after, shard)];
  const vault = moveVaultItem(table, change);
  const actions = [putUser(table, before, after), ...added, ...gone, ...count, putAudit(table, change), ...vault];
  return {
    actions,
    roles: [
      "user",
      ...[...added, ...gone].map(() => "pointer" as const),
      ...count.map(() => "counter" as const),
      "audit",
      ...vault.map(() => "vault" as const),
    ],
  };
}

/** The token that makes a repeated request one write (DynamoDB keeps it for ten minutes; at most 36 characters). */
export function requestToken(transaction: ChangeTransaction): string {
  return createHash("sha256").update(JSON.stringify(transaction.actions)).digest("base64url").slice(0, 36);
}

function putUser(table: string, before: LedgerUser | undefined, after: LedgerUser): TransactWriteItem {
  const condition =
    before === undefined
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression: "#version = :version",
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": { N: String(before.version) } },
        };
  return {
    Put: { TableName: table, Item: userItem(after), ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...condition },
  };
}

function putPointer(table: string, key: LedgerKey, me: string): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: { ...keyItem(pointerKey(key)), user: { S: me } },
      ConditionExpression: "attribute_not_exists(pk) OR #user = :me",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":me": { S: me } },
    },
  };
}

function removePointer(table: string, key: LedgerKey, me: string): TransactWriteItem {
  return {
    Delete: {
      TableName: table,
      Key: keyItem(pointerKey(key)),
      ConditionExpression: "attribute_not_exists(pk) OR #user = :me",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":me": { S: me } },
    },
  };
}

function moveCount(table: string, before: LedgerUser | undefined, after: LedgerUser, shard: number): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: keyItem(counterKey(shard)),
      UpdateExpression: before === undefined ? "ADD #to :one" : "ADD #to :one, #from :minus",
      ExpressionAttributeNames: { "#to": after.state, ...(before === undefined ? {} : { "#from": before.state }) },
      ExpressionAttributeValues: { ":one": { N: "1" }, ...(before === undefined ? {} : { ":minus": { N: "-1" } }) },
    },
  };
}

/** The history tells what happened and when, and nothing personal: it outlives an erasure. */
function putAudit(table: string, { before, after, event }: LedgerChange): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: {
        ...keyItem(auditKey(after)),
        event: { S: event },
        from: { S: before?.state ?? "none" },
        to: { S: after.state },
        at: { S: after.since },
      },
    },
  };
}

/** Held to the row's own word, so that no change can leave a hash behind, or a row that promises one. */
function moveVaultItem(table: string, { before, after, vault }: LedgerChange): readonly TransactWriteItem[] {
  const [had, has] = [before?.vaulted === true, after.vaulted === true];
  if (has && vault !== undefined) return [{ Put: { TableName: table, Item: vaultItem(after, vault) } }];
  if (has !== had && has) throw new Error("a change makes a row vaulted and has nothing for the vault");
  if (vault !== undefined) throw new Error("a change has something for the vault, and its row is not vaulted");
  return had && !has ? [{ Delete: { TableName: table, Key: keyItem(vaultKey(after)) } }] : [];
}

function without(keys: readonly LedgerKey[], taken: readonly LedgerKey[]): readonly LedgerKey[] {
  const ids = new Set(taken.map((key) => pointerKey(key).pk));
  return keys.filter((key) => !ids.has(pointerKey(key).pk));
}
