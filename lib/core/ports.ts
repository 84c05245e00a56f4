import type { ErrorCode } from "./errors.ts";
import type { ImportedUser, LinkedIdentity } from "./imported-user.ts";
import type { DeniedReason, Outcome, Verdict } from "./outcome.ts";
import type { AuthRequest, LegacyVerdict } from "./request.ts";
import type { Secret } from "./secret.ts";
import type { LegacyUser, StoredPassword } from "./user.ts";
import type { SealedUser } from "./vault-ports.ts";

/** What a user is looked up by. `canonical` is the one form in which identifiers are compared; `typed` is what came in. */
export interface Lookup {
  readonly by: "email" | "phone" | "username" | "id";
  readonly canonical: string;
  readonly typed: string;
}

/**
 * One legacy store. `find` or `authenticate` must be there; a method that is absent means "cannot".
 * Every method is really cut by its signal, and throws a MigrationError for a fault (never returns "unknown" for one).
 */
export interface LegacySource {
  readonly name: string;
  /** The ways in which `find` (or `authenticate`) can look a user up. */
  readonly lookups: readonly Lookup["by"][];
  /**
   * @throws MigrationError RECORD_AMBIGUOUS for two users of one identifier, RECORD_UNUSABLE for a row that cannot be
   * mapped, SOURCE_UNAVAILABLE, SOURCE_REFUSED_CREDENTIAL.
   */
  find?(by: Lookup, signal: AbortSignal): Promise<LegacyUser | undefined>;
  /** Bind, password grant, remote check: used instead of find and formats. */
  authenticate?(
    by: Lookup,
    password: Secret,
    signal: AbortSignal,
  ): Promise<
    { readonly kind: "match"; readonly user: LegacyUser } | { readonly kind: "denied"; readonly reason: DeniedReason }
  >;
  /** Checks the password of one user, by id: before a change of it. Absent where `find` and the formats can do it. */
  validatePassword?(id: string, password: Secret, signal: AbortSignal): Promise<Verdict>;
  /** Users whose name, e-mail or phone contains the text, as data and never as a pattern. */
  search?(text: string, page: PageRequest, signal: AbortSignal): Promise<Page>;
  /** All users, in an order that does not change between pages. */
  list?(page: PageRequest, signal: AbortSignal): Promise<Page>;
  /** @throws MigrationError RECORD_TAKEN when an identifier is another user's. */
  create?(user: NewUser, signal: AbortSignal): Promise<LegacyUser>;
  /** Changes what is given and nothing else. @returns undefined for a user who is not there. */
  update?(id: string, changes: UserChanges, signal: AbortSignal): Promise<LegacyUser | undefined>;
  /** @returns whether there was such a user. */
  remove?(id: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Notes in the legacy store that a user has moved. May be called again for one user, and must then change nothing
   * more.
   * @returns whether there is such a user.
   */
  mark?(id: string, at: Date, signal: AbortSignal): Promise<boolean>;
  /** Starts opening what the first call will need; called during init, never awaited there. */
  warm?(): void;
  close?(): Promise<void>;
}

export interface PageRequest {
  /** How many users at most, 1 to 1,000. */
  readonly size: number;
  /** Where the last page ended, as its `next` said. */
  readonly after?: string;
}

export interface Page {
  readonly users: readonly LegacyUser[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** A user who is to be made in the legacy store (own store). The password is text or already hashed, as the store takes it. */
export interface NewUser {
  readonly username: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly password?: Secret | StoredPassword;
}

/** What changes; `null` takes an attribute away. */
export interface UserChanges {
  readonly attributes?: Readonly<Record<string, string | null>>;
  readonly enabled?: boolean;
  readonly password?: Secret | StoredPassword;
}

/** One file format of exported users. */
export interface ImportFormat {
  readonly name: string;
  /** Whether a file is of this format: its first bytes (64 KiB at most) and its name. Never throws. */
  recognizes(head: Uint8Array, fileName: string): boolean;
  /**
   * Every record of the file in its order, each accounted for: a user, or refused with its reason; what follows a bad
   * record goes on. Memory stays flat. Throws MigrationError IMPORT_UNREADABLE where nothing can go on (the file's end is
   * missing, it is another format).
   */
  read(bytes: AsyncIterable<Uint8Array>): AsyncIterable<ImportRecord>;
}

/** `line` is where the record begins, from 1; `raw` is the record as it stood there, for the file of refused rows. */
export type ImportRecord =
  | { readonly kind: "user"; readonly line: number; readonly raw: string; readonly user: ImportedUser }
  | { readonly kind: "refused"; readonly line: number; readonly raw: string; readonly reason: string };

/** A secret by its name in the secret store; the text is read when it is needed. */
export interface SecretRef {
  readonly name: string;
  /** @throws MigrationError SECRET_UNAVAILABLE */
  read(signal: AbortSignal): Promise<string>;
  /** Fetched afresh, when what was read has been refused. */
  refresh(signal: AbortSignal): Promise<string>;
}

/** One family of stored passwords. */
export interface HashFormat {
  readonly name: string;
  /** Whether the string claims to be of this family. Never throws; a bare digest is never guessed. */
  recognizes(stored: StoredPassword): boolean;
  /** @throws MigrationError HASH_DAMAGED, HASH_UNKNOWN or HASH_TOO_COSTLY, before any work. */
  parse(stored: StoredPassword): ParsedHash;
  /** Makes a new hash; absent where only the check is offered. */
  hash?(password: Secret): Promise<StoredPassword>;
  /** The adopter's own function: as the only or the last entry it takes what no other format claims. */
  readonly takesTheRest?: boolean;
  /** A well-formed hash of usual cost that no password is known for: the work spent for an unknown user. */
  readonly decoy?: StoredPassword;
}

export interface ParsedHash {
  /** Estimated time on one whole processor, milliseconds. */
  readonly costMs: number;
  readonly memoryBytes: number;
  verify(password: Secret, signal: AbortSignal): Promise<Verdict>;
}

/** One platform's event in, its answer out. */
export interface Hook<Event, Answer> {
  readonly platform: string;
  /** How long the platform waits, milliseconds. */
  readonly timeoutMs: number;
  /** @throws MigrationError EVENT_INVALID for an event of the wrong shape. */
  parse(event: Event): AuthRequest;
  /** May throw `Refusal` where the platform can only be told no by an error. */
  render(outcome: Outcome, event: Event): Answer;
}

/** The states of a user in the ledger; a user without a row is in none of them. */
export const userStates = ["imported", "verified", "resetting", "placing", "migrated", "blocked", "erased"] as const;
export type UserState = (typeof userStates)[number];

/** A user's row in the ledger. */
export interface LedgerUser {
  readonly source: string;
  readonly legacyId: string;
  readonly state: UserState;
  /** The state to go back to after `unblock`, or when a reset is stranded. `none` is a user without a row before. */
  readonly former?: UserState | "none";
  /** What the platform calls the user; fixed by the first right answer. */
  readonly platformUsername?: string;
  /** `pool#sub`, known from the first completion on. */
  readonly platformId?: string;
  /** The value that the platform keeps as the legacy id. */
  readonly legacyKey: string;
  /** Canonical identifiers that lead to this user. */
  readonly identifiers: readonly string[];
  /** Counts the changes; every change is conditional on the version that was read. */
  readonly version: number;
  readonly since: string;
  /** What the legacy store had for the user when it was last looked at (lib/core/drift.ts). */
  readonly fingerprint?: string;
  /** The legacy password has changed, and the platform's is to be reset: what does it waits for the ledger's stream. */
  readonly mustReset?: true;
  /** The vault has an item of the user: it comes and goes with this word, in one transaction. */
  readonly vaulted?: true;
  /** The vault keeps the user's TOTP secret, for as long as the row is there: the platform takes none. */
  readonly totp?: true;
  /** An import wants a new password of the user right after the first sign-in with the old one. */
  readonly mustChange?: true;
  /** What the platform user is to be given once he is there; gone when it is done. */
  readonly groups?: readonly string[];
  readonly identities?: readonly LinkedIdentity[];
  /** What the user's history is kept under: random, so that it tells of nobody once the row is gone. The ledger makes it. */
  readonly history?: string;
}

/** A writer to the platform, for what no hook's answer can do. Each method may be repeated. */
export interface Target {
  readonly name: string;
  /**
   * Ends the user's password and sessions: only a new password, chosen by way of a verified contact, signs in again.
   * @returns false for a user who is not there. @throws MigrationError PLATFORM_UNAVAILABLE
   */
  requireReset(user: LedgerUser, signal: AbortSignal): Promise<boolean>;
  /**
   * Puts the user of a row into the row's groups and links its identities.
   * @returns false for a user who is not there. @throws MigrationError PLATFORM_UNAVAILABLE
   */
  join(user: LedgerUser, signal: AbortSignal): Promise<boolean>;
}

/** A change that the core wants: from what was read to what shall be. */
export interface LedgerChange {
  readonly before: LedgerUser | undefined;
  readonly after: LedgerUser;
  readonly event: string;
  /**
   * What goes into the vault in the same transaction; `after` then is `vaulted`. A change to a row that is so no longer
   * takes the item out, without being told.
   */
  readonly vault?: SealedUser;
  /** The user's sealed TOTP secret; `after` then is `totp`. It goes with the word as the vault's item does. */
  readonly totp?: SealedUser;
  /** With an `after` that is erased: what has to be looked for again later, sealed. */
  readonly erasing?: Uint8Array;
  /** With an `after` that is erased: the user was erased before, so is not counted and not marked again. */
  readonly again?: true;
}

export type LedgerAnswer =
  | { readonly kind: "done"; readonly user: LedgerUser }
  /** Somebody else changed the row since it was read; `current` is what stands there now. */
  | { readonly kind: "changed"; readonly current: LedgerUser | undefined }
  /** An identifier belongs to another user. */
  | { readonly kind: "conflict" }
  /** An identifier, or the user himself, was erased. */
  | { readonly kind: "erased" };

/** What a row is found by: an identifier as typed at sign-in, the legacy id on the platform, or the platform's own id. */
export interface LedgerKey {
  readonly kind: "identifier" | "legacy" | "platform";
  readonly value: string;
  /** Only a row is meant, no tombstone: whoever has signed up anew is known by this name too. */
  readonly living?: true;
}

/** Who knows every user's migration. Each method is cut by its signal and throws LEDGER_UNAVAILABLE for a fault. */
export interface Ledger {
  /**
   * The row that the first of these keys leads to, in at most two strongly consistent reads, in one where none leads
   * to a row. Where one of them was erased, a user who is `erased` and nothing else.
   */
  find(keys: readonly LedgerKey[], signal: AbortSignal): Promise<LedgerUser | undefined>;
  /**
   * One transaction: the row, its pointers, the counters and one audit event. An `after` that is erased leaves no row:
   * tombstones of all names of both sides take its place.
   */
  change(change: LedgerChange, signal: AbortSignal): Promise<LedgerAnswer>;
}

/** What one sign-in or forgotten password of a shadow run came to. */
export interface ShadowEntry {
  readonly request: "sign-in" | "look-up";
  /** What the application said that the old system decided; "untold" when it said nothing. */
  readonly told: LegacyVerdict | "untold";
  /** What a migration would have answered; `weak` is a right password that has to be changed, `fault` no answer at all. */
  readonly would: "verified" | "weak" | "found" | "fault" | DeniedReason;
  /** The code of a record's fault, or of a system's. */
  readonly code?: ErrorCode;
  /** The legacy user, where somebody has to look into it and the user is known. */
  readonly concerns?: Pick<LedgerUser, "source" | "legacyId">;
  readonly at: Date;
}

/** Where a shadow run is written down. */
export interface ShadowLog {
  /** Cut by its signal. @throws MigrationError LEDGER_UNAVAILABLE */
  record(entry: ShadowEntry, signal: AbortSignal): Promise<void>;
}
