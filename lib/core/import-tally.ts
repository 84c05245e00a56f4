import type { ImportWay } from "./import-way.ts";
import type { ImportedUser } from "./imported-user.ts";

/** What became of a file's records, or would: every record read is in exactly one of the six counts. */
export interface Tally {
  readonly read: number;
  readonly create: number;
  readonly update: number;
  readonly same: number;
  readonly kept: number;
  readonly refused: number;
  /** Given to the platform's own import, whose answer is still to come. */
  readonly pending: number;
  /** Where users and passwords go, by way; of those created, updated and the same. */
  readonly ways: Readonly<Record<string, number>>;
  /** What takes time: users made on the platform, passwords hashed. */
  readonly work: { readonly placed: number; readonly hashed: number };
  /** States of users who are kept as they are. */
  readonly keptStates: Readonly<Record<string, number>>;
  /** The most frequent first. */
  readonly reasons: readonly ReasonGroup[];
  /** What the platform will not take of users who are imported all the same. */
  readonly doubts: readonly ReasonGroup[];
  readonly examples: readonly Example[];
}

export interface ReasonGroup {
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

/** What is counted of one user. */
export type Counted =
  | { readonly kind: "create" | "update" | "same"; readonly way: ImportWay; readonly doubts: readonly string[] }
  | { readonly kind: "kept"; readonly state: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "pending" };

export interface Counter {
  add(line: number, user: ImportedUser, counted: Counted): void;
  refuse(line: number, reason: string): void;
  /** One of the pending has been answered. */
  settle(line: number, counted: Exclude<Counted, { readonly kind: "pending" }>): void;
  tally(): Tally;
}

export const emptyTally: Tally = {
  read: 0,
  create: 0,
  update: 0,
  same: 0,
  kept: 0,
  refused: 0,
  pending: 0,
  ways: {},
  work: { placed: 0, hashed: 0 },
  keptStates: {},
  reasons: [],
  doubts: [],
  examples: [],
};

const mostLines = 10;
const mostReasons = 1000;
const others = "other reasons";

/** Counts on from a tally: of nothing, or of what an earlier run has settled. */
export function openCounter(from: Tally = emptyTally): Counter {
  const { create, update, same, kept, refused, pending } = from;
  const counts = { create, update, same, kept, refused, pending };
  const ways = new Map(Object.entries(from.ways));
  const work = { ...from.work };
  const states = new Map(Object.entries(from.keptStates));
  const [reasons, doubts] = [groupsOf(from.reasons), groupsOf(from.doubts)];
  const examples = new Map(from.examples.map((one) => [one.becomes, one]));

  function count(line: number, counted: Counted): string | undefined {
    counts[counted.kind] += 1;
    if (counted.kind === "pending") return undefined;
    if (counted.kind === "refused") return group(reasons, counted.reason, line);
    const detail = counted.kind === "kept" ? counted.state : wordOf(counted.way);
    const details = counted.kind === "kept" ? states : ways;
    details.set(detail, (details.get(detail) ?? 0) + 1);
    if (counted.kind === "create" || counted.kind === "update") {
      if (counted.way.kind === "placed") work.placed += 1;
      if (counted.way.kind === "plaintext") work.hashed += 1;
    }
    if (counted.kind !== "kept") for (const doubt of counted.doubts) group(doubts, doubt, line);
    return `${counted.kind}, ${detail}`;
  }

  return {
    add(line, user, counted) {
      const becomes = count(line, counted);
      if (becomes === undefined || examples.has(becomes)) return;
      examples.set(becomes, { line, becomes, fields: masked(user) });
    },
    refuse: (line, reason) => void count(line, { kind: "refused", reason }),
    settle(line, counted) {
      counts.pending -= 1;
      count(line, counted);
    },
    tally: () => ({
      read: Object.values(counts).reduce((sum, one) => sum + one, 0),
      ...counts,
      ways: sorted(ways),
      work: { ...work },
      keptStates: sorted(states),
      reasons: listOf(reasons),
      doubts: listOf(doubts),
      examples: [...examples.values()],
    }),
  };
}

/** Two parts of one import as one. */
export function addTallies(a: Tally, b: Tally): Tally {
  const sum = (name: "read" | "create" | "update" | "same" | "kept" | "refused" | "pending") => a[name] + b[name];
  const [reasons, doubts] = [groupsOf(a.reasons), groupsOf(a.doubts)];
  for (const one of b.reasons) for (const line of linesOf(one)) group(reasons, one.reason, line);
  for (const one of b.doubts) for (const line of linesOf(one)) group(doubts, one.reason, line);
  const known = new Set(a.examples.map(({ becomes }) => becomes));
  return {
    read: sum("read"),
    create: sum("create"),
    update: sum("update"),
    same: sum("same"),
    kept: sum("kept"),
    refused: sum("refused"),
    pending: sum("pending"),
    ways: addCounts(a.ways, b.ways),
    work: { placed: a.work.placed + b.work.placed, hashed: a.work.hashed + b.work.hashed },
    keptStates: addCounts(a.keptStates, b.keptStates),
    reasons: listOf(reasons),
    doubts: listOf(doubts),
    examples: [...a.examples, ...b.examples.filter(({ becomes }) => !known.has(becomes))],
  };
}

interface OpenGroup {
  count: number;
  readonly lines: number[];
}

function group(groups: Map<string, OpenGroup>, reason: string, line: number | undefined): undefined {
  const known = groups.has(reason) || groups.size < mostReasons ? reason : others;
  const found = groups.get(known) ?? { count: 0, lines: [] };
  groups.set(known, found);
  found.count += 1;
  if (line !== undefined && found.lines.length < mostLines) found.lines.push(line);
}

function groupsOf(list: readonly ReasonGroup[]): Map<string, OpenGroup> {
  return new Map(list.map(({ reason, count, lines }) => [reason, { count, lines: [...lines] }]));
}

/** A line for each of a group; undefined for those whose line is not kept. */
function linesOf({ count, lines }: ReasonGroup): readonly (number | undefined)[] {
  return Array.from({ length: count }, (_, index) => lines[index]);
}

function listOf(groups: ReadonlyMap<string, OpenGroup>): readonly ReasonGroup[] {
  return [...groups].map(([reason, one]) => ({ reason, ...one })).sort((a, b) => b.count - a.count);
}

function addCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const counts = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) counts.set(name, (counts.get(name) ?? 0) + count);
  return sorted(counts);
}

/** How a way is told. */
export function wordOf(way: ImportWay): string {
  switch (way.kind) {
    case "placed":
      return placedWords[way.first];
    case "job":
      return `${way.algorithm}, to the pool's own import`;
    case "hash":
      return `${way.format}, in the vault`;
    case "plaintext":
      return `in the clear, hashed with ${way.format} into the vault`;
    case "none":
      return "no password, waits for a forgotten one";
  }
}

const placedWords = {
  keep: "in the clear, to the pool",
  change: "in the clear, to the pool, to be changed at the first sign-in",
  unknown: "no password, to the pool with one that nobody knows",
  invite: "no password, invited by the pool",
} as const;

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
