import type { HashFormat } from "./ports.ts";
import type { StoredPassword } from "./user.ts";

/** What a password family tells of itself: for the docs, for `samekey hash`, and for rows that name their dialect. */
export interface HashFamily {
  /** The file's name. */
  readonly name: string;
  /** For a reader: "PBKDF2", "LDAP (RFC 2307)". */
  readonly title: string;
  /** Where it is specified. */
  readonly specified: string;
  /** What is refused before any work, in words. */
  readonly bounds: string;
  readonly dialects: readonly HashDialect[];
}

/** One way in which some system writes the family's hashes. */
export interface HashDialect {
  /** As `samekey hash --format` and the vector files name it. */
  readonly id: string;
  /** A whole string as it stands in a database, of an invented password. */
  readonly example: string;
  /** What has to be known beside the string: "salt column", "user name", "site key". */
  readonly beside?: string;
  /** Who writes or exports it. */
  readonly usedBy: string;
  /**
   * What a string could be that the family never claims by itself: a bare digest, an ambiguous prefix. Absent where
   * `recognizes` decides.
   */
  readonly couldBe?: RegExp;
  /** The line for `passwords` in migration.config.ts. */
  readonly line: string;
  /**
   * The format and the row for a string and what stands beside it, as the vector files spell it (`salt`, `salt_hex`,
   * `salt_b64`, `username`, `pepper`, …).
   * @param all Every family with its defaults, for a dialect that hands the string on to another family.
   * @throws MigrationError HASH_DAMAGED when something that is needed is missing or of the wrong type.
   */
  read(hash: string, params: HashParams, all: readonly HashFormat[]): ReadHash;
}

export type HashParams = Readonly<Record<string, unknown>>;

export interface ReadHash {
  readonly format: HashFormat;
  readonly stored: StoredPassword;
}
