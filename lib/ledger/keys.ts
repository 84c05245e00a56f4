import { createHash } from "node:crypto";
import type { LedgerKey, LedgerUser, UserState } from "../core/ports.ts";
import { userId } from "../core/user.ts";

/**
 * The primary keys of the table. `pk` says what an item is by its prefix, so that a role can be held to some kinds of
 * items by `dynamodb:LeadingKeys`; `sk` orders the items of one kind.
 */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** How many items the counters are spread over: one item takes about 1,000 writes a second. */
export const counterShards = 16;

export function userKey(source: string, legacyId: string): ItemKey {
  return { pk: `user#${userId({ source, legacyId })}`, sk: "user" };
}

export function pointerKey(key: LedgerKey): ItemKey {
  return { pk: `${key.kind}#${key.value}`, sk: "pointer" };
}

/** Whether DynamoDB takes the key: at most 2,048 and 1,024 bytes. No item has a longer one, so that nothing is to be found there. */
export function isStorable(key: ItemKey): boolean {
  return Buffer.byteLength(key.pk) <= 2048 && Buffer.byteLength(key.sk) <= 1024;
}

/** The vault's item of a user: a prefix of its own, so that only the functions that check it may read it. */
export function vaultKey(user: Pick<LedgerUser, "source" | "legacyId">): ItemKey {
  return { pk: `vault#${userId(user)}`, sk: "vault" };
}

/** The user's TOTP secret: apart from the password's item, which goes when the platform has the user. */
export function totpKey(user: Pick<LedgerUser, "source" | "legacyId">): ItemKey {
  return { pk: `totp#${userId(user)}`, sk: "totp" };
}

export function counterKey(shard: number): ItemKey {
  return { pk: `count#${shard}`, sk: "count" };
}

/** What a shadow run counted on a day (UTC, as 2026-11-27), over as many shards as the counters have. */
export function shadowCountKey(shard: number, day: string): ItemKey {
  return { pk: `shadow#count#${shard}`, sk: day };
}

/** A user whom a shadow run found something wrong with. */
export function shadowCaseKey(shard: number, user: Pick<LedgerUser, "source" | "legacyId">): ItemKey {
  return { pk: `shadow#case#${shard}`, sk: `${user.source}#${user.legacyId}` };
}

/**
 * One event of a user's history; the version makes a repeated write the same item. The history's name is random and in
 * the row alone, so that what outlives an erasure is nobody's.
 */
export function auditKey(history: string, version: number): ItemKey {
  return { pk: `audit#${history}`, sk: String(version).padStart(10, "0") };
}

/** What stands for a name of an erased user: its keyed hash (lib/core/tombstones.ts). */
export function tombstoneKey(mark: string): ItemKey {
  return { pk: `erased#${mark}`, sk: "tombstone" };
}

/** An erasure that is to be looked at again. */
export function erasingKey(history: string): ItemKey {
  return { pk: "erasing#", sk: history };
}

/** Which of the shards has the user: always the same one. */
export function shardOf({ source, legacyId }: Pick<LedgerUser, "source" | "legacyId">): number {
  const [byte = 0] = createHash("sha256").update(`${source}#${legacyId}`).digest();
  return byte % counterShards;
}

/** The index of the users that reconcile looks at, by `open` and `since`. */
export const openIndex = "open";

/** The states that end by themselves only where nothing goes wrong, and `blocked`, which the platform has to be told. */
export const openStates: readonly UserState[] = ["verified", "resetting", "placing", "blocked"];

/** The index's partition of a user; undefined in a state that is none of its. */
export function openPartition(user: Pick<LedgerUser, "source" | "legacyId" | "state">): string | undefined {
  return openStates.includes(user.state) ? openPartitionOf(user.state, shardOf(user)) : undefined;
}

export function openPartitionOf(state: UserState, shard: number): string {
  return `open#${state}#${shard}`;
}

/** All pointers that lead to a user. */
export function pointersOf(user: LedgerUser): readonly LedgerKey[] {
  if (user.state === "erased") return [];
  return [
    { kind: "legacy", value: user.legacyKey },
    ...(user.platformId === undefined ? [] : [{ kind: "platform", value: user.platformId } as const]),
    ...user.identifiers.map((value) => ({ kind: "identifier", value }) as const),
  ];
}

/** An import that is under way, or was. */
export function importKey(id: string): ItemKey {
  return { pk: `import#${id}`, sk: "import" };
}

/** What a batch over HTTP was answered, by the digest of who asked and under which key. */
export function batchKey(digest: string): ItemKey {
  return { pk: `batch#${digest}`, sk: "batch" };
}

/** The attempts on one identifier, by the digest of it: what strangers typed stands nowhere. */
export function attemptKey(kind: string, digest: string): ItemKey {
  return { pk: `attempt#${kind}#${digest}`, sk: "attempt" };
}

/** The failures of all identifiers. */
export const circuitKey: ItemKey = { pk: "circuit#legacy", sk: "circuit" };
