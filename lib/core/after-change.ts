import type { Ledger, LedgerUser, LegacySource, Target } from "./ports.ts";
import { onReset } from "./transitions.ts";

/** A change of the ledger as its stream tells it, some time after. */
export interface LedgerEvent {
  readonly before: LedgerUser | undefined;
  readonly after: LedgerUser;
}

/** What is done after a change, and never in a sign-in's way. */
export interface AfterChangeServices {
  readonly sources: readonly LegacySource[];
  readonly target: Target;
  readonly ledger: Ledger;
  readonly now: () => Date;
}

/**
 * Does what hangs on a change: tells the legacy store that a user has moved, and ends a password that a drift made
 * stale. The stream tells a change at least once and retries what throws, so each part may be done again.
 */
export async function afterChange(
  { before, after }: LedgerEvent,
  services: AfterChangeServices,
  signal: AbortSignal,
): Promise<void> {
  if (after.state === "migrated" && before?.state !== "migrated") await mark(after, services, signal);
  if (after.mustReset === true && before?.mustReset !== true) await reset(after, services, signal);
}

async function mark(user: LedgerUser, { sources }: AfterChangeServices, signal: AbortSignal): Promise<void> {
  const source = sources.find((one) => one.name === user.source);
  // A user who is gone there needs no mark.
  await source?.mark?.(user.legacyId, new Date(user.since), signal);
}

async function reset(user: LedgerUser, services: AfterChangeServices, signal: AbortSignal): Promise<void> {
  const { ledger, target, now } = services;
  // As it is now: it may have been done already, or the user been erased.
  const current = await ledger.find([{ kind: "legacy", value: user.legacyKey }], signal);
  if (current?.state !== "migrated" || current.mustReset !== true) return;
  await target.requireReset(current, signal);
  const transition = onReset(current, now());
  if (transition.kind !== "to") return;
  const answer = await ledger.change({ before: current, ...transition }, signal);
  // Somebody else changed the row meanwhile: from the beginning, which asks the platform for nothing new.
  if (answer.kind === "changed") await reset(user, services, signal);
}
