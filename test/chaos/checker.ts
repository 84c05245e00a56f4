import type { LedgerUser } from "../../lib/core/ports.ts";
import { type Deed, type Entry, isDeed } from "./history.ts";

/** All that stands in the tables when the run is over. */
export interface Tables {
  /** The ledger's rows, by the user's number. */
  readonly rows: readonly (LedgerUser & { readonly number: number })[];
  /** `pk` of each pointer to `pk` of its user. */
  readonly pointers: Readonly<Record<string, string>>;
  /** The pointers that the rows ask for, in the same form. */
  readonly wanted: Readonly<Record<string, string>>;
  /** Users per state, as the counters say and as the rows do. */
  readonly counted: Readonly<Record<string, number>>;
  readonly inRows: Readonly<Record<string, number>>;
  /** Audit events, by the user's number. */
  readonly audits: ReadonlyMap<number, number>;
  /** The users with an item in the vault. */
  readonly vaulted: readonly number[];
  /** The platform's users: the number of the legacy user, and the platform's id. */
  readonly pool: readonly { readonly number: number; readonly id: string }[];
}

/** A promise that was broken, in words. */
export type Violation = string;

/**
 * Holds the history of answers against the promises: no wrong password is ever accepted, and nobody is told that a right
 * one is wrong. Histories overlap, so a verdict is wrong only where no order of what ran at once makes it right.
 */
export function checkAnswers(history: readonly Entry[]): readonly Violation[] {
  const deeds = history.filter(isDeed);
  return deeds.flatMap((deed) => {
    if (deed.kind !== "sign-in") return [];
    const own = deeds.filter(({ user }) => user === deed.user);
    const { password = -1 } = deed;
    if (deed.said === "yes" && !mayBeRight(password, deed, own)) {
      return [`user ${deed.user} was let in with the wrong password ${password} at ${deed.from}`];
    }
    if (deed.said === "wrong" && mustBeRight(password, deed, own) && !isOvertaken(deed, own)) {
      return [
        `user ${deed.user} came with the right password ${password} at ${deed.from} and was told that it is wrong`,
      ];
    }
    if (deed.calm === true && deed.said !== "yes" && mustBeRight(password, deed, own)) {
      return [`user ${deed.user} came back with the right password ${password} and was not let in: ${deed.error}`];
    }
    return [];
  });
}

/** Whether there is an order in which the password was the user's while the sign-in ran. */
function mayBeRight(password: number, signIn: Deed, own: readonly Deed[]): boolean {
  // Whatever a choice was answered: its answer may have been lost.
  const begun = password === 0 ? -1 : own.find((one) => one.kind === "choose" && one.password === password)?.from;
  if (begun === undefined || begun > signIn.to) return false;
  // Over once a later choice was confirmed before the sign-in began.
  return !own.some((one) => isOver(one, password, begun) && one.said === "yes" && one.to < signIn.from);
}

/** Whether the password was the user's in every order: nothing that could change it ran before or beside the sign-in. */
function mustBeRight(password: number, signIn: Deed, own: readonly Deed[]): boolean {
  if (password === 0) {
    // A forgotten password that has begun ends the old one: until the new one is chosen nobody is let in.
    return !own.some((one) => one.kind !== "sign-in" && one.from <= signIn.to);
  }
  const chosen = own.find((one) => one.kind === "choose" && one.password === password && one.said === "yes");
  if (chosen === undefined || chosen.to >= signIn.from) return false;
  return !own.some((one) => one !== chosen && one.kind === "choose" && one.to > chosen.from && one.from <= signIn.to);
}

/**
 * Whether another first sign-in of the user ran beside this one: it may have moved the user before this one's migration
 * trigger ran, whose row then says `migrated`, so that this one is refused. It is in docs/security/faults.md.
 */
function isOvertaken(signIn: Deed, own: readonly Deed[]): boolean {
  const signIns = own.filter((one) => one.kind === "sign-in" && one !== signIn && one.password === signIn.password);
  if (signIns.some((one) => one.said === "yes" && one.to < signIn.from)) return false;
  return signIns.some((one) => one.from <= signIn.to && one.to >= signIn.from);
}

function isOver(one: Deed, password: number, begun: number): boolean {
  return one.kind === "choose" && one.password !== password && one.from > begun;
}

/**
 * Holds the final tables against each other, and against the history: one record each, nobody made who never came with a
 * right password or forgot his own, and counters, pointers and history that tell the same as the rows.
 */
export function checkTables(history: readonly Entry[], tables: Tables): readonly Violation[] {
  const deeds = history.filter(isDeed);
  const numbers = [...tables.rows.map(({ number }) => number), ...tables.pool.map(({ number }) => number)];
  return [
    ...repeated(tables.rows.map(({ number }) => number)).map((one) => `user ${one} has several rows`),
    ...repeated(tables.pool.map(({ number }) => number)).map((one) => `user ${one} is in the pool several times`),
    ...differences("pointers", tables.pointers, tables.wanted),
    ...differences("counters", tables.counted, tables.inRows),
    ...tables.rows.flatMap((row) => {
      const audits = tables.audits.get(row.number) ?? 0;
      const sealed = tables.vaulted.filter((one) => one === row.number).length;
      return [
        ...(audits === row.version ? [] : [`user ${row.number} has ${audits} events at version ${row.version}`]),
        ...(sealed === (row.vaulted === true ? 1 : 0) ? [] : [`user ${row.number} has ${sealed} items in the vault`]),
      ];
    }),
    ...[...new Set(numbers)].flatMap((number) => {
      const row = tables.rows.find((one) => one.number === number);
      const user = tables.pool.find((one) => one.number === number);
      const own = deeds.filter((one) => one.user === number);
      const came = own.some((one) => one.kind !== "sign-in" || mayBeRight(one.password ?? -1, one, own));
      const moved = own.some(({ kind, said, calm }) => kind === "sign-in" && said === "yes" && calm === true);
      return [
        ...(user !== undefined && row === undefined ? [`user ${number} is in the pool and not in the ledger`] : []),
        ...(!came && (user !== undefined || (row !== undefined && row.state !== "imported"))
          ? [`user ${number} never came, and is ${row?.state} in the ledger`]
          : []),
        ...(moved && row?.state !== "migrated"
          ? [`user ${number} was let in, and is ${row?.state} in the ledger`]
          : []),
        ...(moved && row?.platformId !== user?.id ? [`user ${number} has another platform id in the ledger`] : []),
      ];
    }),
  ];
}

function repeated(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers.filter((one, index) => numbers.indexOf(one) !== index))];
}

function differences(
  what: string,
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): readonly Violation[] {
  return [...new Set([...Object.keys(found), ...Object.keys(wanted)])]
    .filter((name) => found[name] !== wanted[name])
    .map((name) => `${what}: ${name} is ${found[name] ?? "missing"}, wanted is ${wanted[name] ?? "nothing"}`);
}
