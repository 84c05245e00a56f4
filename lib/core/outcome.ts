import type { ErrorCode } from "./errors.ts";
import type { LegacyUser } from "./user.ts";

/** Why somebody was refused. For the log and the counters; nobody who signs in is told. */
export type DeniedReason =
  | "unknown-user"
  | "wrong-password"
  | "disabled"
  | "expired"
  | "must-change"
  | "locked"
  | "erased"
  | "blocked"
  | "throttled"
  | "taken"
  | "already-migrated"
  | "conflict"
  | "no-verified-contact"
  | "unusable-record"
  | "malformed";

/** A legacy user, together with the two values that the platform shall know him by, the same at every answer. */
export interface Admitted {
  readonly user: LegacyUser;
  readonly platformUsername: string;
  readonly legacyKey: string;
  /** Whether the person typed an alias rather than that name. */
  readonly byAlias: boolean;
}

/** What the core decided. A refusal is a value; a fault is thrown. */
export type Decision =
  /** The right password; `weak` when the adopter's rule says that it must be changed at once. */
  | (Admitted & { readonly kind: "verified"; readonly weak: boolean })
  /** A forgotten password: the user shall choose a new one. */
  | (Admitted & { readonly kind: "found" })
  | { readonly kind: "allowed" }
  /** `code` names the fault of one user's record, for the log. */
  | { readonly kind: "denied"; readonly reason: DeniedReason; readonly code?: ErrorCode };

/** What an event is answered by: the decision, or in a shadow run a no, whatever was decided. */
export type Outcome = Decision | Shadowed;

/** A shadow run's answer. A platform is told what it is told of a refusal. */
export interface Shadowed {
  readonly kind: "shadowed";
  readonly would: Decision;
  /** Why it could not be written down, for the log. */
  readonly unrecorded?: ErrorCode;
}

export type Verdict = "match" | "mismatch";

export function denied(reason: DeniedReason, code?: ErrorCode): Decision {
  return code === undefined ? { kind: "denied", reason } : { kind: "denied", reason, code };
}
