import { randomUUID } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { LedgerChange, LedgerKey, LedgerUser } from "../core/ports.ts";
import type { SealedUser } from "../core/vault-ports.ts";
import { keyItem, userItem } from "./items.ts";
import {
  auditKey,
  counterKey,
  erasingKey,
  type ItemKey,
  isStorable,
  pointerKey,
  pointersOf,
  shadowCaseKey,
  shardOf,
  tombstoneKey,
  totpKey,
  userKey,
  vaultKey,
} from "./keys.ts";
import { sealedItem } from "./vault-items.ts";

/** What each action of a change's transaction is about, in the order of the actions. */
export type ActionRole = "user" | "pointer" | "counter" | "audit" | "vault" | "totp" | "tombstone" | "trace";

/** A change with what the ledger adds to it: the history's name, and the marks of names. */
export interface PreparedChange extends LedgerChange {
  readonly history: string;
  /** What an erasure writes, or what must not have been erased. */
  readonly marks: readonly string[];
}

export interface ChangeTransaction {
  readonly actions: TransactWriteItem[];
  readonly roles: readonly ActionRole[];
  /** Makes a repeated request one write (DynamoDB keeps it for ten minutes). Each transaction has its own. */
  readonly token: string;
}

/**
 * One change as one transaction: the user item (condition: the version that was read), its pointers (condition: free
 * or mine), one counter shard (one update moves both counts), one audit event, and the sealed items where they come or
 * go. Nobody comes in who was erased: the tombstones of names that are new to the row must not be there. An erasure is the
 * same transaction with the row gone, and the tombstones in its place.
 */
export function changeTransaction(table: string, change: PreparedChange, shard: number): ChangeTransaction {
  const { before, after } = change;
  const me = userKey(after.source, after.legacyId).pk;
  const old = before === undefined ? [] : pointersOf(before);
  const current = pointersOf(after);
  const gone = without(old, current).map((key) => removePointer(table, key, me));
  const added = without(current, old).map((key) => putPointer(table, key, me));
  const count = before?.state === after.state ? [] : [moveCount(table, change, shard)];
  const vault = moveSealed(table, { had: before?.vaulted, has: after.vaulted, sealed: change.vault }, vaultKey(after));
  const totp = moveSealed(table, { had: before?.totp, has: after.totp, sealed: change.totp }, totpKey(after));
  const erased = after.state === "erased";
  const user = erased ? removeUser(table, before, after) : [putUser(table, before, after)];
  const tombstones = erased ? putTombstones(table, change) : change.marks.map((mark) => forbidTombstone(table, mark));
  const traces = erased ? removeTraces(table, change) : [];
  const actions = [
    ...[...user, ...added, ...gone, ...count, putAudit(table, change)],
    ...[...vault, ...totp, ...tombstones, ...traces],
  ];
  return {
    actions,
    token: randomUUID(),
    roles: [
      ...user.map(() => "user" as const),
      ...[...added, ...gone].map(() => "pointer" as const),
      ...count.map(() => "counter" as const),
      "audit",
      ...vault.map(() => "vault" as const),
      ...totp.map(() => "totp" as const),
      ...tombstones.map(() => "tombstone" as const),
      ...traces.map(() => "trace" as const),
    ],
  };
}

function putUser(table: string, before: LedgerUser | undefined, after: LedgerUser): TransactWriteItem {
  return {
    Put: { TableName: table, Item: userItem(after), ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...stands(before) },
  };
}

/** A user who has no row has none to remove, and must not have one now. */
function removeUser(table: string, before: LedgerUser | undefined, after: LedgerUser): readonly TransactWriteItem[] {
  if (before === undefined && after.legacyId === "") return [];
  const action = {
    TableName: table,
    Key: keyItem(userKey(after.source, after.legacyId)),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    ...stands(before),
  };
  return [before === undefined ? { ConditionCheck: action } : { Delete: action }];
}

function stands(before: LedgerUser | undefined) {
  if (before === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": { N: String(before.version) } },
  };
}

function putTombstones(table: string, { before, after, history, marks, again }: PreparedChange): TransactWriteItem[] {
  if (again) return [];
  return marks.map((mark) => ({
    Put: {
      TableName: table,
      Item: {
        ...keyItem(tombstoneKey(mark)),
        since: { S: after.since },
        version: { N: String(after.version) },
        history: { S: history },
        // So that all of them can be lifted, whichever one is known.
        marks: { L: marks.map((one) => ({ S: one })) },
      },
      // Without a row nothing else tells that somebody else has done it already.
      ...(before === undefined ? { ConditionExpression: "attribute_not_exists(pk)" } : {}),
    },
  }));
}

function forbidTombstone(table: string, mark: string): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: keyItem(tombstoneKey(mark)),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
}

/** What is found of a user besides the row: a case of a shadow run. What is to be looked at again comes in its place. */
function removeTraces(table: string, { after, history, erasing }: PreparedChange): TransactWriteItem[] {
  const key = shadowCaseKey(shardOf(after), after);
  return [
    ...(after.legacyId === "" || !isStorable(key) ? [] : [{ Delete: { TableName: table, Key: keyItem(key) } }]),
    ...(erasing === undefined
      ? []
      : [
          {
            Put: {
              TableName: table,
              Item: { ...keyItem(erasingKey(history)), since: { S: after.since }, content: { B: erasing } },
            },
          },
        ]),
  ];
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

function moveCount(table: string, { before, after, again }: PreparedChange, shard: number): TransactWriteItem {
  const moves = [
    // An erased user is counted once, however often he has to be erased.
    ...(again ? [] : [{ expression: "#to :one", name: { "#to": after.state }, value: { ":one": { N: "1" } } }]),
    ...(before === undefined
      ? []
      : [{ expression: "#from :minus", name: { "#from": before.state }, value: { ":minus": { N: "-1" } } }]),
  ];
  return {
    Update: {
      TableName: table,
      Key: keyItem(counterKey(shard)),
      UpdateExpression: `ADD ${moves.map(({ expression }) => expression).join(", ")}`,
      ExpressionAttributeNames: Object.assign({}, ...moves.map(({ name }) => name)),
      ExpressionAttributeValues: Object.assign({}, ...moves.map(({ value }) => value)),
    },
  };
}

/** The history tells what happened and when, and nothing personal: it outlives an erasure. */
function putAudit(table: string, { before, after, event, history }: PreparedChange): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: {
        ...keyItem(auditKey(history, after.version)),
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
