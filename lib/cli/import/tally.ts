import type { ImportVerdict } from "../../core/import-user.ts";
import type { ImportedUser } from "../../core/imported-user.ts";

/** What became of a file's records, or would: every record read is in exactly one of the five counts. */
export interface Tally {
  readonly read: number;
  readonly create: number;
  readonly update: number;
  readonly same: number;
  readonly kept: number;
  readonly refused: number;
  /** How passwords are kept, by format; of those created, updated and the same. */
  readonly ways: Readonly<Record<string, number>>;
  /** States of users who are kept as they are. */
  readonly keptStates: Readonly<Record<string, number>>;
  /** The most frequent first. */
  readonly reasons: readonly RefusedGroup[];
  readonly examples: readonly Example[];
}

export interface RefusedGroup {
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly lines: readonly number[];
}

/** The first user of a kind in the file, with every value masked. */
export interface Example {
  readonly line: number;
  readonly becomes: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Counter {
  refuse(line: number, reason: string): void;
  add(line: number, user: ImportedUser, verdict: ImportVerdict): void;
  tally(): Tally;
}

const mostLines = 10;
const mostReasons = 1000;

export function openCounter(): Counter {
  const counts = { create: 0, update: 0, same: 0, kept: 0, refused: 0 };
  const ways = new Map<string, number>();
  const states = new Map<string, number>();
  const reasons = new Map<string, { count: number; readonly lines: number[] }>();
  const examples = new Map<string, Example>();
  const refuse = (line: number, reason: string) => {
    counts.refused += 1;
    const known = reasons.has(reason) || reasons.size < mostReasons ? reason : "other reasons";
    const group = reasons.get(known) ?? { count: 0, lines: [] };
    reasons.set(known, group);
    group.count += 1;
    if (group.lines.length < mostLines) group.lines.push(line);
  };
  return {
    refuse,
    add(line, user, verdict) {
      if (verdict.kind === "refused") return refuse(line, verdict.reason);
      counts[verdict.kind] += 1;
      const detail = verdict.kind === "kept" ? verdict.state : wordOf(verdict.way);
      const details = verdict.kind === "kept" ? states : ways;
      details.set(detail, (details.get(detail) ?? 0) + 1);
      const becomes = `${verdict.kind}, ${detail}`;
      // Several users are under way at once: whichever is done first, a file is told by the same ones each time.
      if (line < (examples.get(becomes)?.line ?? Number.POSITIVE_INFINITY)) {
        examples.set(becomes, { line, becomes, fields: masked(user) });
      }
    },
    tally: () => ({
      read: Object.values(counts).reduce((sum, one) => sum + one, 0),
      ...counts,
      ways: sorted(ways),
      keptStates: sorted(states),
      reasons: [...reasons].map(([reason, group]) => ({ reason, ...group })).sort((a, b) => b.count - a.count),
      examples: [...examples.values()],
    }),
  };
}

function wordOf(way: Extract<ImportVerdict, { readonly way: unknown }>["way"]): string {
  if (way.kind === "none") return "no password";
  return way.kind === "hash" ? way.format : `in the clear, hashed with ${way.format}`;
}

function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

function masked({ id, username, enabled, attributes, groups }: ImportedUser): Readonly<Record<string, string>> {
  return {
    id: mask(id),
    username: mask(username),
    enabled: String(enabled),
    ...Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, name.endsWith("_verified") ? value : mask(value)]),
    ),
    ...(groups === undefined ? {} : { groups: String(groups.length) }),
  };
}

/** The first character of each word: `a••@e••.o••`. */
function mask(text: string): string {
  return text.replace(/([\p{L}\p{N}])[\p{L}\p{N}]*/gu, "$1••").slice(0, 60);
}
