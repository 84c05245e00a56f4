import type { LedgerUser } from "./ports.ts";

/** What a user's account on the platform is known by. */
export type AccountOf = Pick<LedgerUser, "legacyKey" | "platformUsername" | "platformId">;

/** A user's account as the platform has it. */
export interface Account {
  /** The platform's own name for it. */
  readonly username: string;
  /** `pool#sub` */
  readonly id: string;
  readonly enabled: boolean;
  /** `entered`: somebody signed in or chose a password; `reset`: a new password has to be chosen; `other`: neither. */
  readonly standing: "entered" | "reset" | "other";
}

export type FoundAccount =
  | { readonly kind: "found"; readonly account: Account }
  | { readonly kind: "absent" }
  /** There is one of the name, and it is not the one that Samekey made: somebody signed up anew. */
  | { readonly kind: "foreign" };

/**
 * The accounts of one place of the platform, for operators and reconcile. Each method may be repeated, is cut by its
 * signal and throws PLATFORM_UNAVAILABLE; a change of an account that is gone does nothing.
 */
export interface Accounts {
  find(user: AccountOf, signal: AbortSignal): Promise<FoundAccount>;
  /** Nobody signs in or chooses a password any more. */
  disable(account: Account, signal: AbortSignal): Promise<void>;
  enable(account: Account, signal: AbortSignal): Promise<void>;
  /** Ends all sessions; what was handed out and is checked nowhere works until its own end. */
  signOut(account: Account, signal: AbortSignal): Promise<void>;
  remove(account: Account, signal: AbortSignal): Promise<void>;
}
