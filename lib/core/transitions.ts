import type { DriftRule } from "./drift.ts";
import type { DeniedReason } from "./outcome.ts";
import type { LedgerUser, UserState } from "./ports.ts";

/** What the transition table answers: the row as it shall be, or why there is none. `after === before` needs no write. */
export type Transition =
  | { readonly kind: "to"; readonly after: LedgerUser; readonly event: string }
  | { readonly kind: "stay" }
  | { readonly kind: "denied"; readonly reason: DeniedReason };

/** A legacy user as the ledger would write him, whatever stands there now. */
export type Candidate = Omit<
  LedgerUser,
  "state" | "former" | "version" | "since" | "platformId" | "mustReset" | "vaulted" | "history"
>;

/** What an import says of a user besides; the next one says it anew. */
const importWords = ["groups", "identities", "mustChange"] as const;

const refusedStates: Readonly<Partial<Record<UserState, DeniedReason>>> = {
  // Deleted in the pool, another typed name, an alias: only an operator's `reopen` lets the user migrate again.
  migrated: "already-migrated",
  blocked: "blocked",
  erased: "erased",
  // An import job is creating the user at this moment; the answer after it is the platform's own.
  placing: "conflict",
};

/** Why a sign-in or a look-up is refused by the row alone, before the legacy store is asked. */
export function refusalOf(row: LedgerUser | undefined, asks: "sign-in" | "look-up"): DeniedReason | undefined {
  if (row === undefined) return undefined;
  // A reset, once started, ends the old password.
  if (row.state === "resetting") return asks === "sign-in" ? "must-change" : undefined;
  return refusedStates[row.state];
}

/**
 * An import keeps the user's stored passwords in the vault: none, imported → imported. Who has signed in, or chosen a
 * password, is never overwritten.
 */
export function onImport(row: LedgerUser | undefined, candidate: Candidate, now: Date): Transition {
  if (row === undefined) {
    return to({ ...candidate, vaulted: true, state: "imported", version: 1, since: now.toISOString() }, "imported");
  }
  if (row.source !== candidate.source || row.legacyId !== candidate.legacyId)
    return { kind: "denied", reason: "conflict" };
  if (row.state !== "imported") return { kind: "stay" };
  return to(next(without(row, importWords), { ...candidate, vaulted: true }, now), "imported");
}

/**
 * An import begins to place the user on the platform: none, imported → placing. A run that was ended in between finds
 * its own row so, and goes on.
 * @param vaulted Whether the vault has the user meanwhile: the platform may still refuse him.
 */
export function onPlacing(row: LedgerUser | undefined, candidate: Candidate, vaulted: boolean, now: Date): Transition {
  const kept = vaulted ? ({ vaulted: true } as const) : {};
  if (row === undefined) {
    return to({ ...candidate, ...kept, state: "placing", version: 1, since: now.toISOString() }, "placing");
  }
  if (row.source !== candidate.source || row.legacyId !== candidate.legacyId)
    return { kind: "denied", reason: "conflict" };
  if (row.state !== "imported") return { kind: "stay" };
  return to(next(without(row, importWords), { ...candidate, ...kept, state: "placing" }, now), "placing");
}

/** The platform has the placed user, who is in his groups too: placing → migrated. */
export function onPlaced(row: LedgerUser, platformId: string | undefined, now: Date): Transition {
  if (row.state !== "placing") return { kind: "stay" };
  const transition = onProof(row, platformId, now);
  if (transition.kind !== "to") return transition;
  return { ...transition, after: without(transition.after, ["groups", "identities"]) };
}

/** The platform does not take the user: placing → imported, where the vault keeps him until the first sign-in. */
export function onNotPlaced(row: LedgerUser, now: Date): Transition {
  if (row.state !== "placing") return { kind: "stay" };
  const rest = without(row, ["platformUsername"]);
  return to(next(rest, { state: "imported", vaulted: true }, now), "not-placed");
}

/** The platform user is in his groups and has his identities. */
export function onJoined(row: LedgerUser, now: Date): Transition {
  if (row.groups === undefined && row.identities === undefined) return { kind: "stay" };
  return to(next(without(row, ["groups", "identities"]), {}, now), "joined");
}

/** The right password came in the migration trigger: none, imported → verified; verified stays, checked afresh. */
export function onRightPassword(row: LedgerUser | undefined, candidate: Candidate, now: Date): Transition {
  return onAdmission(row, candidate, "sign-in", now);
}

/** A forgotten password of a legacy user with a verified contact: none, imported, verified → resetting. */
export function onForgottenPassword(row: LedgerUser | undefined, candidate: Candidate, now: Date): Transition {
  return onAdmission(row, candidate, "look-up", now);
}

function onAdmission(
  row: LedgerUser | undefined,
  candidate: Candidate,
  asks: "sign-in" | "look-up",
  now: Date,
): Transition {
  const refused = refusalOf(row, asks);
  if (refused !== undefined) return { kind: "denied", reason: refused };
  const state = asks === "sign-in" ? "verified" : "resetting";
  if (row === undefined) {
    const former = asks === "look-up" ? ({ former: "none" } as const) : {};
    return to({ ...candidate, ...former, state, version: 1, since: now.toISOString() }, state);
  }
  if (row.source !== candidate.source || row.legacyId !== candidate.legacyId)
    return { kind: "denied", reason: "conflict" };
  // The platform may or may not have made the user under the first name: another name would make a second user.
  if (row.platformUsername !== undefined && row.platformUsername !== candidate.platformUsername) {
    return { kind: "denied", reason: "conflict" };
  }
  const same = sameMembers(row.identifiers, candidate.identifiers) && row.fingerprint === candidate.fingerprint;
  if (row.state === state && same) return { kind: "stay" };
  const former = asks === "look-up" ? { former: row.state === "resetting" ? (row.former ?? "none") : row.state } : {};
  return to(next(row, { ...candidate, ...former, state }, now), state);
}

/**
 * The platform proves that the user is there: verified, resetting, placing → migrated. Anything else stays as it is:
 * a confirmation is news, never a verdict.
 */
export function onProof(row: LedgerUser, platformId: string | undefined, now: Date): Transition {
  if (row.state !== "verified" && row.state !== "resetting" && row.state !== "placing") return { kind: "stay" };
  if (row.platformId !== undefined && platformId !== undefined && !samePool(row.platformId, platformId)) {
    return { kind: "stay" };
  }
  const id = row.platformId ?? platformId;
  // The platform has the password now: no hash is needed any more, so none is kept.
  const rest = without(row, ["vaulted", "mustChange"]);
  return to(next(rest, { state: "migrated", ...(id === undefined ? {} : { platformId: id }) }, now), "migrated");
}

/** A person came by an identity provider with the legacy user's verified e-mail: none, imported → verified, linked. */
export function onLink(row: LedgerUser | undefined, candidate: Candidate, platformId: string, now: Date): Transition {
  if (row?.state === "verified" && row.platformId === platformId) return { kind: "stay" };
  if (row !== undefined && row.state !== "imported") return { kind: "denied", reason: "taken" };
  if (row === undefined) {
    return to({ ...candidate, platformId, state: "verified", version: 1, since: now.toISOString() }, "linked");
  }
  return to(next(row, { ...candidate, platformId, state: "verified" }, now), "linked");
}

/**
 * The legacy store has another password or status than when it was last looked at. Only a moved user is concerned: who
 * has not moved is checked afresh, and who is blocked or erased stays so.
 */
export function onDrift(row: LedgerUser, fingerprint: string, rule: DriftRule, now: Date): Transition {
  if (row.state !== "migrated" || row.fingerprint === fingerprint) return { kind: "stay" };
  // Moved before anything was watched: what is found now is what later changes are held against.
  if (row.fingerprint === undefined) return to(next(row, { fingerprint }, now), "watched");
  const reset = rule === "reset" && !samePassword(row.fingerprint, fingerprint);
  return to(next(row, { fingerprint, ...(reset ? { mustReset: true } : {}) }, now), "drifted");
}

/** The platform's password has been ended for a drift. */
export function onReset(row: LedgerUser, now: Date): Transition {
  if (row.mustReset === undefined) return { kind: "stay" };
  return to(next(without(row, ["mustReset"]), {}, now), "reset-required");
}

/** Operator: any → blocked. */
export function onBlock(row: LedgerUser, now: Date): Transition {
  if (row.state === "blocked") return { kind: "stay" };
  if (row.state === "erased") return { kind: "denied", reason: "erased" };
  return to(next(row, { state: "blocked", former: row.state }, now), "blocked");
}

/** Operator: blocked → the former state. */
export function onUnblock(row: LedgerUser, now: Date): Transition {
  if (row.state !== "blocked") return { kind: "stay" };
  const former = row.former === undefined || row.former === "none" ? "imported" : row.former;
  return to(next(row, { state: former }, now), "unblocked");
}

/** Operator: migrated → imported. The platform user was deleted; the next right password makes him anew. */
export function onReopen(row: LedgerUser, now: Date): Transition {
  if (row.state === "erased" || row.state === "blocked") return { kind: "denied", reason: row.state };
  if (row.state !== "migrated") return { kind: "stay" };
  const rest = without(row, ["platformUsername", "platformId", "fingerprint", "mustReset"]);
  return to(next(rest, { state: "imported" }, now), "reopened");
}

/**
 * A reset that was asked for and never finished: resetting → the former state. Otherwise anyone could strand every
 * legacy user by asking for resets.
 */
export function onStranded(row: LedgerUser, now: Date): Transition {
  if (row.state !== "resetting") return { kind: "stay" };
  const former = row.former === undefined || row.former === "none" ? "imported" : row.former;
  return to(next(without(row, ["platformUsername"]), { state: former }, now), "stranded");
}

/** Operator: the row gives an identifier up, which another user is to have. */
export function onRelease(row: LedgerUser, identifier: string, now: Date): Transition {
  if (row.state === "erased") return { kind: "denied", reason: "erased" };
  if (!row.identifiers.includes(identifier)) return { kind: "stay" };
  const identifiers = row.identifiers.filter((one) => one !== identifier);
  return to(next(row, { identifiers, ...formerOf(row) }, now), "released");
}

/** Operator: the row is found by an identifier more. */
export function onClaim(row: LedgerUser, identifier: string, now: Date): Transition {
  if (row.state === "erased") return { kind: "denied", reason: "erased" };
  if (row.identifiers.includes(identifier)) return { kind: "stay" };
  return to(next(row, { identifiers: [...row.identifiers, identifier], ...formerOf(row) }, now), "relinked");
}

function formerOf({ former }: LedgerUser): Pick<LedgerUser, "former"> {
  return former === undefined ? {} : { former };
}

/** Operator: any → erased. The row goes with all that it leads to; tombstones take its place. */
export function onErase(row: LedgerUser, now: Date): Transition {
  if (row.state === "erased") return { kind: "stay" };
  const rest = without(row, ["platformUsername", "fingerprint", "mustReset", "vaulted", "totp", ...importWords]);
  return to(next(rest, { state: "erased", identifiers: [] }, now), "erased");
}

type Word =
  | ("platformUsername" | "platformId" | "fingerprint" | "mustReset" | "vaulted" | "totp")
  | (typeof importWords)[number];

function without(row: LedgerUser, words: readonly Word[]): LedgerUser {
  const rest: { -readonly [Key in keyof LedgerUser]: LedgerUser[Key] } = { ...row };
  for (const word of words) delete rest[word];
  return rest;
}

function next(row: LedgerUser, changes: Partial<LedgerUser>, now: Date): LedgerUser {
  const { former: _, ...kept } = row;
  return { ...kept, ...changes, version: row.version + 1, since: now.toISOString() };
}

function to(after: LedgerUser, event: string): Transition {
  return { kind: "to", after, event };
}

/** Whether two fingerprints stand for one password: they end in the status, which is no reason for a new one. */
export function samePassword(a: string, b: string): boolean {
  return a.slice(0, a.lastIndexOf(".")) === b.slice(0, b.lastIndexOf("."));
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

// A federated user is first known by `pool#Provider_id`, then by `pool#sub`: one pool, one user, both lead to the row.
function samePool(a: string, b: string): boolean {
  return a.slice(0, a.indexOf("#")) === b.slice(0, b.indexOf("#"));
}
