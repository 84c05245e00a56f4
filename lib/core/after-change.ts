import type { Ledger, LedgerUser, LegacySource, Target } from "./ports.ts";
import { onJoined, onReset, type Transition } from "./transitions.ts";

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
 * Does what hangs on a change: tells the legacy store that a user has moved, gives the platform user the groups and
 * identities that an import brought, and ends a password that a drift made stale. The stream tells a change at least once and retries what throws, so each part may be done again.
 */
export async function afterChange(
  { before, after }: LedgerEvent,
  services: AfterChangeServices,
  signal: AbortSignal,
): Promise<void> {
  if (after.state === "migrated" && before?.state !== "migrated") {
    await mark(after, services, signal);
    await join(after, services, signal);
  }
  if (after.mustReset === true && before?.mustReset !== true) await reset(after, services, signal);
}

async function mark(user: LedgerUser, { sources }: AfterChangeServices, signal: AbortSignal): Promise<void> {
  const source = sources.find((one) => one.name === user.source);
  // A user who is gone there needs no mark.
  await source?.mark?.(user.legacyId, new Date(user.since), signal);
}

async function join(user: LedgerUser, services: AfterChangeServices, signal: AbortSignal): Promise<void> {
  if (user.groups === undefined && user.identities === undefined) return;
  await onPlatform(
    user,
    ({ groups, identities }) => groups !== undefined || identities !== undefined,
    (current) => services.target.join(current, signal),
    onJoined,
    services,
    signal,
  );
}

async function reset(user: LedgerUser, services: AfterChangeServices, signal: AbortSignal): Promise<void> {
  await onPlatform(
    user,
    ({ mustReset }) => mustReset === true,
    (current) => services.target.requireReset(current, signal),
    onReset,
    services,
    signal,
  );
}

/** Does to a moved user what the row still asks for, and notes that it is done. */
async function onPlatform(
  user: LedgerUser,
  isAsked: (row: LedgerUser) => boolean,
  act: (row: LedgerUser) => Promise<boolean>,
  done: (row: LedgerUser, now: Date) => Transition,
  { ledger, now }: AfterChangeServices,
  signal: AbortSignal,
): Promise<void> {
  // As it is now: it may have been done already, or the user been erased.
  let current = await ledger.find([{ kind: "legacy", value: user.legacyKey }], signal);
  while (current?.state === "migrated" && isAsked(current)) {
    await act(current);
    const transition = done(current, now());
    if (transition.kind !== "to") return;
    const answer = await ledger.change({ before: current, ...transition }, signal);
    if (answer.kind !== "changed") return;
    // Somebody else changed the row meanwhile: from the beginning, which asks the platform for nothing new.
    current = answer.current;
  }
}
