// Which stored passwords a user pool's import job takes as they are.
// Amazon Cognito developer guide, "Importing users with password hashes", section "Supported password hashing
// algorithms". Not proved on AWS: `samekey import --probe` tries each algorithm on the pool itself.

import type { PasswordHashingAlgorithmType } from "@aws-sdk/client-cognito-identity-provider";
import { decodeAdaptedBase64, decodeBase64 } from "../core/encodings.ts";
import type { StoredPassword } from "../core/user.ts";

/** A password hash for the hash column of an import file. */
export interface PoolHash {
  readonly algorithm: PasswordHashingAlgorithmType;
  readonly encoded: string;
}

/**
 * The hash that a pool would take, in the form that the guide shows; undefined for what it does not take: another
 * family, a cost over the pool's limits, or a string that leaves something out (a salt or parameters beside it).
 *
 * bcrypt ($2a$, $2b$, $2y$), Argon2id, passlib's PBKDF2-SHA256 and simple-scrypt's strings stay unchanged; scrypt's and
 * PBKDF2's PHC strings are written anew with the same salt, cost and key, for the pool knows neither layout.
 * @param format The name of the format that claims the stored password. It must take the password as it was typed: a
 *   format with `prepare`, a pepper or `cutAtNul` has the same name, and its users could never sign in.
 */
export function poolHashOf(stored: StoredPassword, format: string): PoolHash | undefined {
  // What the string alone does not say, the pool cannot know.
  if (stored.salt !== undefined || Object.keys(stored.params ?? {}).length > 0) return undefined;
  switch (format) {
    case "bcrypt":
      return hash("BCRYPT", bcrypt(stored.encoded));
    case "argon2":
      return hash("ARGON2ID", argon2id(stored.encoded));
    case "scrypt":
      return hash("SCRYPT", scrypt(stored.encoded));
    case "pbkdf2":
      return hash("PBKDF2_SHA256", pbkdf2Sha256(stored.encoded));
    default:
      return undefined;
  }
}

// The most that the pool takes of each cost (the guide's "Maximum parameters").
const maxBcryptCost = 12;
const maxScrypt = { log2N: 16, r: 8, p: 1 };
const maxArgon2 = { memoryKib: 19_456, passes: 2, lanes: 1 };
const maxPbkdf2Iterations = 600_000;

function hash(algorithm: PasswordHashingAlgorithmType, encoded: string | undefined): PoolHash | undefined {
  return encoded === undefined ? undefined : { algorithm, encoded };
}

function bcrypt(text: string): string | undefined {
  const [, cost = ""] = /^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/.exec(text) ?? [];
  return within(cost, 4, maxBcryptCost) ? text : undefined;
}

function argon2id(text: string): string | undefined {
  const [, m = "", t = "", p = "", salt = "", tag = ""] =
    /^\$argon2id\$v=19\$m=([1-9][0-9]*),t=([1-9][0-9]*),p=([1-9][0-9]*)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      text,
    ) ?? [];
  const fits = within(m, 8, maxArgon2.memoryKib) && within(t, 1, maxArgon2.passes) && within(p, 1, maxArgon2.lanes);
  return fits && decodeBase64(salt) !== undefined && decodeBase64(tag) !== undefined ? text : undefined;
}

/** `N$r$p$hex$hex` of simple-scrypt, or `$scrypt$ln=14,r=8,p=1$salt$key` of passlib. */
function scrypt(text: string): string | undefined {
  const [, n = "", blocks = "", lanes = ""] =
    /^([1-9][0-9]*)\$([1-9][0-9]*)\$([1-9][0-9]*)\$(?:[0-9a-f]{2})+\$(?:[0-9a-f]{2})+$/.exec(text) ?? [];
  if (n !== "") {
    const log2 = Math.log2(Number(n));
    const fits = Number.isInteger(log2) && within(String(log2), 1, maxScrypt.log2N);
    return fits && within(blocks, 1, maxScrypt.r) && within(lanes, 1, maxScrypt.p) ? text : undefined;
  }
  const [, ln = "", r = "", p = "", salt = "", key = ""] =
    /^\$scrypt\$ln=([1-9][0-9]*),r=([1-9][0-9]*),p=([1-9][0-9]*)\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/.exec(
      text,
    ) ?? [];
  if (!within(ln, 1, maxScrypt.log2N) || !within(r, 1, maxScrypt.r) || !within(p, 1, maxScrypt.p)) return undefined;
  const saltBytes = decodeBase64(salt);
  const keyBytes = decodeBase64(key);
  if (saltBytes === undefined || keyBytes === undefined) return undefined;
  return [2 ** Number(ln), r, p, hex(saltBytes), hex(keyBytes)].join("$");
}

/** passlib's `$pbkdf2-sha256$N$salt$key`, or the PHC string with `i=` and perhaps `l=`. Keys have 32 bytes. */
function pbkdf2Sha256(text: string): string | undefined {
  const [, iterations = "", passlibSalt = "", passlibKey = ""] =
    /^\$pbkdf2-sha256\$([1-9][0-9]*)\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/.exec(text) ?? [];
  if (iterations !== "") {
    const whole = decodeAdaptedBase64(passlibSalt) !== undefined && decodeAdaptedBase64(passlibKey)?.length === 32;
    return whole && within(iterations, 1, maxPbkdf2Iterations) ? text : undefined;
  }
  const [, i = "", salt = "", key = ""] =
    /^\$pbkdf2-sha256(?:\$v=1)?\$i=([1-9][0-9]*)(?:,l=32)?\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/.exec(
      text,
    ) ?? [];
  const saltBytes = decodeBase64(salt);
  const keyBytes = decodeBase64(key);
  if (!within(i, 1, maxPbkdf2Iterations) || saltBytes === undefined || keyBytes?.length !== 32) return undefined;
  return `$pbkdf2-sha256$${i}$${adaptedBase64(saltBytes)}$${adaptedBase64(keyBytes)}`;
}

function within(text: string, min: number, max: number): boolean {
  return /^[0-9]{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** passlib's ab64: base64 with `.` for `+` and without padding. */
function adaptedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "").replaceAll("+", ".");
}
