import type { AccountOf } from "./accounts.ts";
import type { LedgerUser } from "./ports.ts";

/** What an erased user was known by, as long as it has to be looked for again. */
export interface ErasedUser extends AccountOf, Pick<LedgerUser, "source" | "legacyId" | "identifiers"> {}

/** An erasure that is not over: a sign-in that ran at its moment may still make the user on the platform. */
export interface UnfinishedErasure {
  readonly history: string;
  readonly since: string;
  readonly user: ErasedUser;
}

/** One erasure as its tombstones tell of it. */
export interface ErasureMark {
  readonly history: string;
  readonly version: number;
  readonly marks: readonly string[];
}

/** What erasing needs of the ledger's table besides the ledger. Each is cut by its signal. */
export interface Erasures {
  /** Seals what is to be looked for again. @throws MigrationError SECRET_INVALID, SECRET_UNAVAILABLE */
  seal(user: ErasedUser, signal: AbortSignal): Promise<Uint8Array>;
  /** Those that are not over, the oldest first. @throws MigrationError LEDGER_UNAVAILABLE, LEDGER_DAMAGED and as `seal` */
  unfinished(signal: AbortSignal): Promise<readonly UnfinishedErasure[]>;
  /** Forgets what was to be looked for. */
  finish(erasure: Pick<UnfinishedErasure, "history">, signal: AbortSignal): Promise<void>;
  /** The erasure that one of these names (`tombstoneNames`) belongs to. */
  find(names: readonly string[], signal: AbortSignal): Promise<ErasureMark | undefined>;
  /** Takes an erasure's tombstones away, and writes that down. @returns whether they were there. */
  lift(erasure: ErasureMark, now: Date, signal: AbortSignal): Promise<boolean>;
}
