import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { MigrationError } from "../core/errors.ts";
import { type LedgerUser, type UserState, userStates } from "../core/ports.ts";
import { type ItemKey, openPartition, userKey } from "./keys.ts";

export type Item = Record<string, AttributeValue>;

/** The key as DynamoDB takes it. */
export function keyItem(key: ItemKey): Item {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

export function userItem(user: LedgerUser): Item {
  const open = openPartition(user);
  return {
    ...keyItem(userKey(user.source, user.legacyId)),
    source: { S: user.source },
    legacyId: { S: user.legacyId },
    legacyKey: { S: user.legacyKey },
    state: { S: user.state },
    identifiers: { L: user.identifiers.map((one) => ({ S: one })) },
    version: { N: String(user.version) },
    since: { S: user.since },
    ...(open === undefined ? {} : { open: { S: open } }),
    ...(user.history === undefined ? {} : { history: { S: user.history } }),
    ...(user.former === undefined ? {} : { former: { S: user.former } }),
    ...(user.platformUsername === undefined ? {} : { platformUsername: { S: user.platformUsername } }),
    ...(user.platformId === undefined ? {} : { platformId: { S: user.platformId } }),
    ...(user.fingerprint === undefined ? {} : { fingerprint: { S: user.fingerprint } }),
    ...(user.mustReset === undefined ? {} : { mustReset: { BOOL: true } }),
    ...(user.vaulted === undefined ? {} : { vaulted: { BOOL: true } }),
    ...(user.totp === undefined ? {} : { totp: { BOOL: true } }),
    ...(user.mustChange === undefined ? {} : { mustChange: { BOOL: true } }),
    ...(user.groups === undefined ? {} : { groups: { L: user.groups.map((one) => ({ S: one })) } }),
    ...(user.identities === undefined
      ? {}
      : {
          identities: {
            L: user.identities.map((one) => ({ M: { provider: { S: one.provider }, userId: { S: one.userId } } })),
          },
        }),
  };
}

/** @throws MigrationError LEDGER_DAMAGED for an item that is no user. */
export function parseUser(item: Item): LedgerUser {
  const version = Number(item.version?.N);
  if (!Number.isSafeInteger(version) || version < 1) throw damaged("version");
  const former = item.former?.S;
  const platformUsername = item.platformUsername?.S;
  const platformId = item.platformId?.S;
  const fingerprint = item.fingerprint?.S;
  const history = item.history?.S;
  return {
    source: text(item, "source"),
    legacyId: text(item, "legacyId"),
    legacyKey: text(item, "legacyKey"),
    state: parseState(text(item, "state")),
    identifiers: textsOf(item, "identifiers"),
    version,
    since: text(item, "since"),
    ...(former === undefined ? {} : { former: former === "none" ? former : parseState(former) }),
    ...(platformUsername === undefined ? {} : { platformUsername }),
    ...(platformId === undefined ? {} : { platformId }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(item.mustReset?.BOOL === true ? { mustReset: true } : {}),
    ...(item.vaulted?.BOOL === true ? { vaulted: true } : {}),
    ...(item.totp?.BOOL === true ? { totp: true } : {}),
    ...(item.mustChange?.BOOL === true ? { mustChange: true } : {}),
    ...(item.groups === undefined ? {} : { groups: textsOf(item, "groups") }),
    ...(item.identities === undefined
      ? {}
      : {
          identities: (item.identities.L ?? []).map(({ M = {} }) => ({
            provider: text(M, "provider"),
            userId: text(M, "userId"),
          })),
        }),
    ...(history === undefined ? {} : { history }),
  };
}

/** An erased user as a tombstone tells of him: that, and nothing else. */
export function parseTombstone(item: Item): LedgerUser {
  const version = Number(item.version?.N);
  if (!Number.isSafeInteger(version) || version < 1) throw damaged("version");
  return {
    source: "",
    legacyId: "",
    legacyKey: "",
    identifiers: [],
    state: "erased",
    version,
    since: text(item, "since"),
    history: text(item, "history"),
  };
}

/** The key of the user item that a pointer leads to. */
export function parsePointer(item: Item): ItemKey {
  return { pk: text(item, "user"), sk: "user" };
}

function parseState(value: string): UserState {
  return userStates.find((state) => state === value) ?? fail("state");
}

function textsOf(item: Item, name: string): readonly string[] {
  return (item[name]?.L ?? []).map((one) => one.S ?? fail(name));
}

function text(item: Item, name: string): string {
  return item[name]?.S ?? fail(name);
}

function fail(name: string): never {
  throw damaged(name);
}

function damaged(name: string): MigrationError {
  return new MigrationError("LEDGER_DAMAGED", `an item of the ledger has no readable ${JSON.stringify(name)}`);
}
