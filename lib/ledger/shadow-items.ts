import type { ShadowEntry } from "../core/ports.ts";
import { type Item, keyItem } from "./items.ts";
import { isStorable, shadowCaseKey, shardOf } from "./keys.ts";

/** How often one thing happened on one day of a shadow run. */
export interface ShadowTally {
  readonly day: string;
  readonly request: ShadowEntry["request"];
  readonly told: ShadowEntry["told"];
  /** One of ShadowEntry's words, or one of a later version. */
  readonly would: string;
  readonly code?: string;
  readonly count: number;
}

/** A user whom a shadow run found something wrong with, as it was the last time. */
export interface ShadowCase {
  readonly source: string;
  readonly legacyId: string;
  readonly day: string;
  readonly told: ShadowEntry["told"];
  readonly would: string;
  readonly code?: string;
}

// Long enough to look into; a list of people has no business to stay for good.
const caseDays = 30;

const requests = ["sign-in", "look-up"] as const satisfies readonly ShadowEntry["request"][];
const verdicts = ["accepted", "refused", "untold"] as const satisfies readonly ShadowEntry["told"][];

/** The day in UTC, as 2026-11-27. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The name of the attribute that an entry is counted in; its words have no space. */
export function tallyName({ request, told, would, code }: ShadowEntry): string {
  return [request, told, would, ...(code === undefined ? [] : [code])].join(" ");
}

/** What an item counted on its day; attributes that are no tallies are left out. */
export function parseTallies(item: Item): readonly ShadowTally[] {
  const day = item.sk?.S;
  if (day === undefined) return [];
  return Object.entries(item).flatMap(([name, value]) => {
    const words = name.split(" ");
    const [request, told] = [word(requests, words[0]), word(verdicts, words[1])];
    const [, , would, code] = words;
    const count = Number(value.N);
    if (request === undefined || told === undefined || would === undefined || !Number.isSafeInteger(count)) return [];
    return [{ day, request, told, would, ...(code === undefined ? {} : { code }), count }];
  });
}

/** @returns undefined for an entry that concerns nobody who is known, or whose key DynamoDB would refuse. */
export function caseItem(entry: ShadowEntry): Item | undefined {
  const { concerns, told, would, code, at } = entry;
  if (concerns === undefined) return undefined;
  const key = shadowCaseKey(shardOf(concerns), concerns);
  if (!isStorable(key)) return undefined;
  return {
    ...keyItem(key),
    source: { S: concerns.source },
    legacyId: { S: concerns.legacyId },
    day: { S: dayOf(at) },
    told: { S: told },
    would: { S: would },
    ...(code === undefined ? {} : { code: { S: code } }),
    ttl: { N: String(Math.floor(at.getTime() / 1000) + caseDays * 86_400) },
  };
}

/** @returns undefined for what is no case, and for one whose time is over: DynamoDB takes days to delete it. */
export function parseCase(item: Item, now: Date): ShadowCase | undefined {
  const { source, legacyId, day, would, code, ttl } = item;
  const told = word(verdicts, item.told?.S);
  if (source?.S === undefined || legacyId?.S === undefined || day?.S === undefined || would?.S === undefined) {
    return undefined;
  }
  if (told === undefined || Number(ttl?.N) * 1000 <= now.getTime()) return undefined;
  const found = { source: source.S, legacyId: legacyId.S, day: day.S, told, would: would.S };
  return code?.S === undefined ? found : { ...found, code: code.S };
}

function word<Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined {
  return words.find((one) => one === text);
}
