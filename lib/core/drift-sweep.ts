import { type DriftWatch, fingerprintOf, noteDrift } from "./drift.ts";
import type { Ledger, LedgerUser, LegacySource } from "./ports.ts";
import { legacyKeyFor } from "./sign-in.ts";
import { onDrift, samePassword } from "./transitions.ts";
import type { LegacyUser } from "./user.ts";

/** A moved user whom the legacy store has otherwise than when it was last looked at. */
export interface DriftFinding {
  readonly source: string;
  readonly legacyId: string;
  /** `unwatched`: moved before anything was watched, so that what is found now is the first that is known. */
  readonly what: "password" | "status" | "unwatched";
  /** Whether the platform's password ends for it. */
  readonly resets: boolean;
}

export interface SweepServices {
  readonly sources: readonly LegacySource[];
  readonly ledger: Ledger;
  readonly drift: DriftWatch;
  readonly now: () => Date;
}

const pageSize = 200;
// Each user takes two reads of the ledger.
const atOnce = 10;

/**
 * Goes through all users of a source that can `list`, and tells of each who has moved and changed since.
 * @param apply Writes it down, as the gate does; else nothing is written.
 */
export async function* sweepDrift(
  source: LegacySource,
  services: SweepServices,
  apply: boolean,
  signal: AbortSignal,
): AsyncGenerator<DriftFinding> {
  let after: string | undefined;
  do {
    const page = await source.list?.({ size: pageSize, ...(after === undefined ? {} : { after }) }, signal);
    const users = page?.users ?? [];
    for (let at = 0; at < users.length; at += atOnce) {
      const found = users.slice(at, at + atOnce).map((user) => compare(user, services, apply, signal));
      for (const finding of await Promise.all(found)) if (finding !== undefined) yield finding;
    }
    after = page?.next;
  } while (after !== undefined);
}

async function compare(
  user: LegacyUser,
  services: SweepServices,
  apply: boolean,
  signal: AbortSignal,
): Promise<DriftFinding | undefined> {
  const { drift, ledger, now, sources } = services;
  const row = await ledger.find([{ kind: "legacy", value: legacyKeyFor(user, sources) }], signal);
  if (row === undefined) return undefined;
  const fingerprint = await fingerprintOf(user, drift, signal);
  const transition = onDrift(row, fingerprint, drift.rule, now());
  if (transition.kind !== "to") return undefined;
  if (apply) await noteDrift(row, fingerprint, services, { signal });
  const resets = transition.after.mustReset === true && row.mustReset !== true;
  return { source: user.source, legacyId: user.id, what: whatOf(row, fingerprint), resets };
}

function whatOf({ fingerprint: before }: LedgerUser, after: string): DriftFinding["what"] {
  if (before === undefined) return "unwatched";
  return samePassword(before, after) ? "status" : "password";
}
