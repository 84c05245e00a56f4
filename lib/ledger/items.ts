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
  const number: unknown = item.version?.N;
  const version = typeof number === "string" ? Number(number) : 0;
  if (!Number.isSafeInteger(version) || version < 1) throw damaged("version");
  const former = optionalText(item, "former");
  const platformUsername = optionalText(item, "platformUsername");
  const platformId = optionalText(item, "platformId");
  const fingerprint = optionalText(item, "fingerprint");
  const history = optionalText(item, "history");
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
          identities: listOf(item, "identities").map((one) => {
            const member = one?.M ?? fail("identities");
            return { provider: text(member, "provider"), userId: text(member, "userId") };
          }),
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
  return listOf(item, name).map((one) => textIn(one, name));
}

function listOf(item: Item, name: string): readonly (AttributeValue | undefined)[] {
  const list: unknown = item[name]?.L ?? [];
  return Array.isArray(list) ? list : fail(name);
}

function optionalText(item: Item, name: string): string | undefined {
  return item[name] === undefined ? undefined : textIn(item[name], name);
}

function text(item: Item, name: string): string {
  return textIn(item[name], name);
}

// What the table's stream brings is JSON that nobody has checked yet.
function textIn(value: AttributeValue | undefined, name: string): string {
  const found: unknown = value?.S;
  return typeof found === "string" ? found : fail(name);
}

function fail(name: string): never {
  throw damaged(name);
}

function damaged(name: string): MigrationError {
  return new MigrationError("LEDGER_DAMAGED", `an item of the ledger has no readable ${JSON.stringify(name)}`);
}
