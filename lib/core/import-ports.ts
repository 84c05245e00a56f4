import type { Admitted } from "./outcome.ts";
import type { LedgerUser, Target } from "./ports.ts";
import type { Secret } from "./secret.ts";

// What only imports ask of a platform and of the ledger.

/** The password that a user has when an import makes him on the platform. */
export type FirstPassword =
  | { readonly kind: "keep"; readonly password: Secret }
  /** The first sign-in takes the old one, and asks for a new one. */
  | { readonly kind: "change"; readonly password: Secret }
  /** Nobody knows it: a forgotten password's way leads in. */
  | { readonly kind: "unknown" }
  /** The platform makes one and sends it to the user. */
  | { readonly kind: "invite" };

export type Placed =
  | { readonly kind: "placed"; readonly platformId: string }
  /** The platform's word why not, without any value of the user's; nothing of him is there. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The password alone is refused; nothing of the user is there. */
  | { readonly kind: "password-refused" };

/** A writer of whole users to one place of the platform, for imports. */
export interface ImportTarget extends Target {
  /**
   * Makes a user, enabled as he is. One who is there under this name gets his password only if he carries the same
   * legacy id and has had none of his own yet. @throws MigrationError PLATFORM_UNAVAILABLE
   */
  place(user: Admitted, first: FirstPassword, signal: AbortSignal): Promise<Placed>;
  /** The platform's id of the user of this name and legacy id, or undefined. @throws MigrationError PLATFORM_UNAVAILABLE */
  look(user: Pick<LedgerUser, "legacyKey" | "platformUsername">, signal: AbortSignal): Promise<string | undefined>;
}

/** The rows of many users at once, for imports. Both are cut by their signal and throw LEDGER_UNAVAILABLE. */
export interface LedgerRows {
  /** The rows of those who have one, by `userId`. */
  read(
    users: readonly Pick<LedgerUser, "source" | "legacyId">[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, LedgerUser>>;
  /** The `userId` of the user whom each of these canonical identifiers leads to. */
  owners(identifiers: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Those of the names (`tombstoneNames`) that were erased. */
  erased(names: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
}

/** What a platform's own rules would say of a user. Nothing is asked and nothing written. */
export interface PlatformRules {
  /** Why the platform could not take the user, and what it would not take of him; without any value of his. */
  objections(user: Admitted): { readonly stops: readonly string[]; readonly doubts: readonly string[] };
  /** Whether the platform would take the password from an import; a migration at sign-in is not held to it. */
  takes(password: Secret): boolean;
}
