// Hashes whose string tells all, as the platforms that take several kinds of them recognize them.

import { MigrationError } from "../core/errors.ts";
import type { ParsedHash } from "../core/ports.ts";
import { argon2PhcHash } from "./argon2-phc.ts";
import { bcryptHash } from "./bcrypt.ts";
import { type PhcDigests, pbkdf2PhcHash } from "./pbkdf2-phc.ts";
import type { PlatformLimits } from "./platform-bounds.ts";
import { rfc2307Hash } from "./rfc2307-digest.ts";
import { scryptPhcHash } from "./scrypt-phc.ts";

const kinds = {
  bcrypt: /^\$2[abxy]?\$/,
  argon2: /^\$argon2(?:d|i|id)\$/,
  pbkdf2: /^\$pbkdf2-/,
  scrypt: /^\$scrypt\$/,
  rfc2307: /^\{S?(?:MD5|SHA[0-9]*)\}/i,
} as const;

export type EncodedKind = keyof typeof kinds;
const kindNames = Object.keys(kinds).filter((name): name is EncodedKind => Object.hasOwn(kinds, name));

export interface EncodedHash {
  /** The format's name, for messages. */
  readonly format: string;
  readonly text: string;
  /** What the platform takes; all of them without it. */
  readonly kinds?: readonly EncodedKind[];
  readonly limits: PlatformLimits;
  /** What the platform means by the digests' names in PBKDF2's strings. */
  readonly pbkdf2Digests?: PhcDigests;
}

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY, HASH_UNKNOWN for a string of no allowed kind.
 */
export function encodedHash({
  format,
  text,
  kinds: allowed = kindNames,
  limits,
  pbkdf2Digests,
}: EncodedHash): ParsedHash {
  const kind = allowed.find((one) => kinds[one].test(text));
  switch (kind) {
    case "bcrypt":
      return bcryptHash(format, text, limits.maxCost);
    case "argon2":
      return argon2PhcHash(format, text, limits.argon2);
    case "pbkdf2":
      return pbkdf2PhcHash(format, text, limits.maxIterations, pbkdf2Digests);
    case "scrypt":
      return scryptPhcHash(format, text, limits.scrypt);
    case "rfc2307":
      return rfc2307Hash(format, text);
    case undefined:
      throw new MigrationError("HASH_UNKNOWN", `${format}: a string of no known kind, allowed ${allowed.join(", ")}`);
  }
}
