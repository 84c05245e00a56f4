import { type Agreement, agreementOf } from "../../core/agreement.ts";
import type { UserState } from "../../core/ports.ts";
import type { ShadowCase, ShadowTally } from "../../ledger/shadow-items.ts";
import type { ShadowCases } from "../../ledger/standing.ts";

/** How a migration stands: what `samekey status --json` prints, and what the terminal shows. */
export interface StatusReport {
  readonly table: string;
  readonly users: Readonly<Record<string, number>>;
  /** Absent where nothing was counted. */
  readonly shadow?: ShadowReport;
}

export interface ShadowReport {
  /** The first day (UTC) that is looked at. */
  readonly since: string;
  /** Whether no sign-in was decided otherwise than the old system did. */
  readonly agrees: boolean;
  readonly groups: Readonly<Record<Group, Counted>>;
  /** The days with at least one event, the last one first. */
  readonly days: readonly ShadowDay[];
  /** The worst first. */
  readonly cases: readonly ShadowCase[];
  /** Whether there are cases beyond these. */
  readonly moreCases: boolean;
}

/** `unusable` counts some of the others again: records that no sign-in can use, though nobody was refused wrongly yet. */
export type Group = Agreement | "look-up" | "unusable";

export interface Counted {
  readonly count: number;
  /** What it came to, the most frequent first. */
  readonly came: readonly { readonly would: string; readonly code?: string; readonly count: number }[];
}

export interface ShadowDay {
  readonly day: string;
  readonly groups: Readonly<Record<Group, number>>;
}

const groups = [
  "would-refuse",
  "would-admit",
  "undecided",
  "unusable",
  "agrees",
  "untold",
  "look-up",
] as const satisfies readonly Group[];

const mostCases = 20;

export function reportStatus(read: {
  readonly table: string;
  readonly users: ReadonlyMap<UserState, number>;
  readonly since: string;
  readonly tallies: readonly ShadowTally[];
  readonly cases: ShadowCases;
}): StatusReport {
  const { table, since, tallies } = read;
  const users = Object.fromEntries(read.users);
  if (tallies.length === 0 && read.cases.cases.length === 0) return { table, users };
  const cases = [...read.cases.cases].sort(worstFirst);
  const disagree = (group: Group) => tallies.some((tally) => groupsOf(tally).includes(group));
  return {
    table,
    users,
    shadow: {
      since,
      agrees: !disagree("would-refuse") && !disagree("would-admit"),
      groups: ofGroups((group) => count(tallies.filter((tally) => groupsOf(tally).includes(group)))),
      days: countDays(tallies),
      cases: cases.slice(0, mostCases),
      moreCases: read.cases.more || cases.length > mostCases,
    },
  };
}

function groupsOf(tally: ShadowTally): readonly Group[] {
  const agreement = agreementOf(tally);
  const first = tally.request === "look-up" && agreement !== "undecided" ? "look-up" : agreement;
  return tally.would === "unusable-record" && first !== "would-refuse" ? [first, "unusable"] : [first];
}

function ofGroups<Value>(value: (group: Group) => Value): Readonly<Record<Group, Value>> {
  return {
    "would-refuse": value("would-refuse"),
    "would-admit": value("would-admit"),
    undecided: value("undecided"),
    unusable: value("unusable"),
    agrees: value("agrees"),
    untold: value("untold"),
    "look-up": value("look-up"),
  };
}

function count(tallies: readonly ShadowTally[]): Counted {
  const came = new Map<string, Counted["came"][number]>();
  for (const { would, code, count: times } of tallies) {
    const name = `${would} ${code ?? ""}`;
    const sum = (came.get(name)?.count ?? 0) + times;
    came.set(name, code === undefined ? { would, count: sum } : { would, code, count: sum });
  }
  const names = [...came].sort(([a, one], [b, other]) => other.count - one.count || a.localeCompare(b));
  return { count: total(tallies), came: names.map(([, one]) => one) };
}

function countDays(tallies: readonly ShadowTally[]): readonly ShadowDay[] {
  const days = [...new Set(tallies.map(({ day }) => day))].sort().reverse();
  return days.map((day) => {
    const of = tallies.filter((tally) => tally.day === day);
    return { day, groups: ofGroups((group) => total(of.filter((tally) => groupsOf(tally).includes(group)))) };
  });
}

function total(tallies: readonly ShadowTally[]): number {
  return tallies.reduce((sum, { count: times }) => sum + times, 0);
}

function worstFirst(a: ShadowCase, b: ShadowCase): number {
  const rank = (one: ShadowCase) => groups.indexOf(agreementOf(one));
  return (
    rank(a) - rank(b) ||
    b.day.localeCompare(a.day) ||
    a.source.localeCompare(b.source) ||
    a.legacyId.localeCompare(b.legacyId, "en", { numeric: true })
  );
}
