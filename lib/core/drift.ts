import { createHmac } from "node:crypto";
import type { Deadline } from "./deadline.ts";
import { MigrationError } from "./errors.ts";
import type { Ledger, LedgerUser, SecretRef } from "./ports.ts";
import { onDrift } from "./transitions.ts";
import type { LegacyUser } from "./user.ts";

/** What becomes of a moved user whose legacy password changes: nothing, or the platform's password ends too. */
export const driftRules = ["platform-wins", "reset"] as const;
export type DriftRule = (typeof driftRules)[number];

/** How changes in the legacy store are noticed while both systems live. */
export interface DriftWatch {
  /** Keys the fingerprints, so that the ledger does not tell who has which password. At least 24 bytes. */
  readonly key: SecretRef;
  readonly rule: DriftRule;
}

const minKeyBytes = 24;

/**
 * What stands for a legacy user's password and status: HMAC-SHA-256 over the user's id and `passwordVersion`, or the stored
 * strings where there is none; then the status in the clear.
 * @throws MigrationError SECRET_INVALID for a key under 24 bytes.
 */
export async function fingerprintOf(user: LegacyUser, { key }: DriftWatch, signal: AbortSignal): Promise<string> {
  const text = await key.read(signal);
  if (Buffer.byteLength(text) < minKeyBytes) {
    throw new MigrationError("SECRET_INVALID", `the secret ${key.name} is too short: at least ${minKeyBytes} bytes`);
  }
  // A store that hashes anew at a sign-in changes the string and not the password: the version, where there is one, decides.
  const told = JSON.stringify([user.source, user.id, user.passwordVersion ?? storedOf(user)]);
  const mac = createHmac("sha256", text).update(told).digest("base64url");
  return `${mac}.${user.enabled ? "enabled" : "disabled"}`;
}

function storedOf({ password }: LegacyUser): unknown {
  const stored = password === undefined ? [] : [password].flat();
  return stored.map(({ format, encoded, salt, params }) => [format, encoded, salt, params]);
}

const maxRaces = 3;

/**
 * Holds what the legacy store has now against what the row remembers, and writes a difference down, once.
 * @returns the row as it is then.
 */
export async function noteDrift(
  row: LedgerUser,
  fingerprint: string,
  { ledger, drift, now }: { readonly ledger: Ledger; readonly drift: DriftWatch; readonly now: () => Date },
  deadline: Pick<Deadline, "signal">,
): Promise<LedgerUser> {
  let current = row;
  for (let race = 0; race < maxRaces; race++) {
    const transition = onDrift(current, fingerprint, drift.rule, now());
    if (transition.kind !== "to") return current;
    const answer = await ledger.change({ before: current, ...transition }, deadline.signal);
    if (answer.kind === "done") return answer.user;
    if (answer.kind !== "changed" || answer.current === undefined) return current;
    current = answer.current;
  }
  throw new MigrationError("LEDGER_UNAVAILABLE", `the row changed ${maxRaces} times while one drift was written`);
}
