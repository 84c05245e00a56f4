import { randomUUID } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { LedgerChange, LedgerKey, LedgerUser } from "../core/ports.ts";
import type { SealedUser } from "../core/vault-ports.ts";
import { keyItem, userItem } from "./items.ts";
import { auditKey, counterKey, type ItemKey, pointerKey, pointersOf, totpKey, userKey, vaultKey } from "./keys.ts";
import { sealedItem } from "./vault-items.ts";

/** What each action of a change's transaction is about, in the order of the actions. */
export type ActionRole = "user" | "pointer" | "counter" | "audit" | "vault" | "totp";

export interface ChangeTransaction {
  readonly actions: TransactWriteItem[];
  readonly roles: readonly ActionRole[];
  /** Makes a repeated request one write (DynamoDB keeps it for ten minutes). Each transaction has its own. */
  readonly token: string;
}

/**
 * One change as one transaction: the user item (condition: the version that was read), its pointers (condition: free
 * or mine), one counter shard (one update moves both counts), one audit event, and the sealed items where they come or
 * go.
 */
export function changeTransaction(table: string, change: LedgerChange, shard: number): ChangeTransaction {
  const { before, after } = change;
  const me = userKey(after.source, after.legacyId).pk;
  const old = before === undefined ? [] : pointersOf(before);
  const current = pointersOf(after);
  const gone = without(old, current).map((key) => removePointer(table, key, me));
  const added = without(current, old).map((key) => putPointer(table, key, me));
  const count = before?.state === after.state ? [] : [moveCount(table, before, after, shard)];
  const vault = moveSealed(table, { had: before?.vaulted, has: after.vaulted, sealed: change.vault }, vaultKey(after));
  const totp = moveSealed(table, { had: before?.totp, has: after.totp, sealed: change.totp }, totpKey(after));
  const actions = [
    ...[putUser(table, before, after), ...added, ...gone, ...count, putAudit(table, change)],
    ...[...vault, ...totp],
  ];
  return {
    actions,
    token: randomUUID(),
    roles: [
      "user",
      ...[...added, ...gone].map(() => "pointer" as const),
      ...count.map(() => "counter" as const),
      "audit",
      ...vault.map(() => "vault" as const),
      ...totp.map(() => "totp" as const),
    ],
  };
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

interface SealedMove {
  readonly had: true | undefined;
  readonly has: true | undefined;
  readonly sealed: SealedUser | undefined;
}

/** Held to the row's own word, so that no change can leave a secret behind, or a row that promises one. */
function moveSealed(table: string, { had, has, sealed }: SealedMove, key: ItemKey): readonly TransactWriteItem[] {
  if (has && sealed !== undefined) return [{ Put: { TableName: table, Item: sealedItem(key, sealed) } }];
  if (has && !had) throw new Error(`a change promises the item ${key.sk} and does not bring it`);
  if (sealed !== undefined) throw new Error(`a change brings the item ${key.sk}, and its row does not say so`);
  return had && !has ? [{ Delete: { TableName: table, Key: keyItem(key) } }] : [];
}

function without(keys: readonly LedgerKey[], taken: readonly LedgerKey[]): readonly LedgerKey[] {
  const ids = new Set(taken.map((key) => pointerKey(key).pk));
  return keys.filter((key) => !ids.has(pointerKey(key).pk));
}
