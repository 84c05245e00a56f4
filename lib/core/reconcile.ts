import type { Account, Accounts, FoundAccount } from "./accounts.ts";
import { shutOut } from "./block-user.ts";
import { changeRow } from "./change-row.ts";
import { type EraseServices, eraseAgain } from "./erase-user.ts";
import { MigrationError } from "./errors.ts";
import type { LedgerRows } from "./import-ports.ts";
import type { Ledger, LedgerUser } from "./ports.ts";
import { onNotPlaced, onProof, onStranded, type Transition } from "./transitions.ts";
import { userId } from "./user.ts";

/** Users of a state by when they came into it; each call yields pages. */
export interface OpenRows {
  /** Cut by its signal. @throws MigrationError LEDGER_UNAVAILABLE */
  since(
    state: LedgerUser["state"],
    time: { readonly from: Date; readonly to: Date },
    signal: AbortSignal,
  ): AsyncIterable<readonly Pick<LedgerUser, "source" | "legacyId">[]>;
}

export interface ReconcileServices {
  readonly ledger: Ledger;
  readonly rows: LedgerRows;
  readonly open: OpenRows;
  readonly accounts: Accounts;
  /** Absent where the config erases nobody. */
  readonly erase?: Omit<EraseServices, "accounts"> | undefined;
  readonly now: () => Date;
}

/** What was done, and what was only looked at. */
export type Settled =
  | "migrated"
  | "stranded"
  | "not-placed"
  | "disabled"
  | "erased-again"
  /** Nothing had to be done, or nothing can be: it is looked at again. */
  | "left";

export interface Finding {
  readonly settled: Settled;
  readonly from: LedgerUser["state"];
  /** Nobody for an erasure. */
  readonly user?: Pick<LedgerUser, "source" | "legacyId">;
}

const minute = 60_000;
const hour = 60 * minute;
/** A sign-in is over within seconds, its bookkeeping with its retries within minutes. */
export const proofAfterMs = 15 * minute;
/** The platform's codes work for an hour; a day is for who finds the message in the evening. */
export const strandedAfterMs = 24 * hour;
/** An import that was ended is run again within a day, or it never is. */
export const placingAfterMs = 24 * hour;
/** A sign-in of the erasure's moment is over, and every environment has read a new key (ten minutes). */
export const erasedAfterMs = 15 * minute;
// Whoever was blocked longer ago and enabled since then was enabled by somebody: the gate still stops him.
const blockedForMs = 24 * hour;

/**
 * Settles what did not end by itself, by looking at the platform: each user is read again before anything is done, and
 * each change is conditional on what was read.
 * @param reachMs How far back it looks for users without a proof, milliseconds: who was given up long ago is not asked
 *   for every hour.
 */
export async function* reconcile(
  services: ReconcileServices,
  reachMs: number,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  yield* erasures(services, signal);
  const now = services.now().getTime();
  const before = (ms: number) => new Date(now - ms);
  const from = before(reachMs);
  yield* each("blocked", { from: before(blockedForMs), to: before(0) }, settleBlocked, services, signal);
  yield* each("verified", { from, to: before(proofAfterMs) }, settleVerified, services, signal);
  // A reset that was finished and not told of is a proof; only an old one is stranded.
  yield* each("resetting", { from, to: before(proofAfterMs) }, settleResetting, services, signal);
  yield* each("placing", { from, to: before(placingAfterMs) }, settlePlacing, services, signal);
}

async function* erasures({ erase, accounts, now }: ReconcileServices, signal: AbortSignal): AsyncGenerator<Finding> {
  if (erase === undefined) return;
  for (const one of await erase.erasures.unfinished(signal)) {
    const again = await eraseAgain(one, { ...erase, accounts }, signal);
    if (now().getTime() - Date.parse(one.since) >= erasedAfterMs) await erase.erasures.finish(one, signal);
    yield { settled: again ? "erased-again" : "left", from: "erased" };
  }
}

type Settle = (row: LedgerUser, services: ReconcileServices, signal: AbortSignal) => Promise<Settled>;

async function* each(
  state: LedgerUser["state"],
  time: { readonly from: Date; readonly to: Date },
  settle: Settle,
  services: ReconcileServices,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  for await (const users of services.open.since(state, time, signal)) {
    const rows = await services.rows.read(users, signal);
    for (const user of users) {
      const row = rows.get(userId(user));
      // The index is a moment behind.
      if (row === undefined || row.state !== state) continue;
      yield { settled: await settle(row, services, signal), from: state, user };
    }
  }
}

async function settleVerified(row: LedgerUser, services: ReconcileServices, signal: AbortSignal): Promise<Settled> {
  const account = entered(await services.accounts.find(row, signal));
  return account === undefined ? "left" : proved(row, account, services, signal);
}

async function settleResetting(row: LedgerUser, services: ReconcileServices, signal: AbortSignal): Promise<Settled> {
  const { accounts, now } = services;
  const found = await accounts.find(row, signal);
  const account = entered(found);
  if (account !== undefined) return proved(row, account, services, signal);
  if (now().getTime() - Date.parse(row.since) < strandedAfterMs || found.kind === "foreign") return "left";
  if (found.kind === "found") {
    // Disabled first: from then on nobody chooses a password, so what is read next stays so until it is removed.
    await accounts.disable(found.account, signal);
    const then = await accounts.find(row, signal);
    const chosen = entered(then);
    if (chosen !== undefined) {
      await accounts.enable(chosen, signal);
      return proved(row, chosen, services, signal);
    }
    if (then.kind === "found") await accounts.remove(then.account, signal);
  }
  return changed(row, (one) => onStranded(one, now()), "stranded", services, signal);
}

async function settlePlacing(row: LedgerUser, services: ReconcileServices, signal: AbortSignal): Promise<Settled> {
  const found = await services.accounts.find(row, signal);
  const account = entered(found);
  if (account !== undefined) return proved(row, account, services, signal);
  // One who waits for his first password was placed so, or was left half-made: only the import itself can tell.
  if (found.kind !== "absent" || row.vaulted !== true) return "left";
  return changed(row, (one) => onNotPlaced(one, services.now()), "not-placed", services, signal);
}

async function settleBlocked(row: LedgerUser, { accounts }: ReconcileServices, signal: AbortSignal): Promise<Settled> {
  const found = await accounts.find(row, signal);
  if (found.kind !== "found" || !found.account.enabled) return "left";
  await shutOut(found.account, accounts, signal);
  return "disabled";
}

/** The account, where somebody has signed in or chosen a password there. */
function entered(found: FoundAccount): Account | undefined {
  return found.kind === "found" && found.account.standing === "entered" ? found.account : undefined;
}

async function proved(
  row: LedgerUser,
  account: Account,
  services: ReconcileServices,
  signal: AbortSignal,
): Promise<Settled> {
  return changed(row, (one) => onProof(one, account.id, services.now()), "migrated", services, signal);
}

async function changed(
  row: LedgerUser,
  decide: (row: LedgerUser) => Transition,
  settled: Settled,
  { ledger }: ReconcileServices,
  signal: AbortSignal,
): Promise<Settled> {
  // Erased meanwhile: the row is gone, and none is made.
  const done = await changeRow(row, (one) => (one === undefined ? gone : decide(one)), {}, ledger, signal);
  if (done.kind === "conflict") {
    throw new MigrationError("LEDGER_DAMAGED", "the platform's id of a user leads to another row");
  }
  return done.kind === "done" ? settled : "left";
}

const gone: Transition = { kind: "denied", reason: "erased" };
