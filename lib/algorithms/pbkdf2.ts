// PBKDF2 (RFC 8018 section 5.2) as node:crypto has it, off the main thread, with its bounds.

import { pbkdf2 as pbkdf2Callback } from "node:crypto";
import { type Bound, bytesWithin, costWithin, parseCost, readBound } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import type { ParsedHash } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";

/** A digest that PBKDF2 runs over: its own length, what an iteration costs, and how many are allowed. */
interface Digest {
  readonly bytes: number;
  readonly costMs: number;
  readonly maxIterations: number;
}

// Each limit is about 2 s on one whole processor (measured with node:crypto). Django 5.2 uses 1,000,000 iterations of
// SHA-256; old systems go down to 1.
const digests = {
  md5: { bytes: 16, costMs: 0.0004, maxIterations: 4_000_000 },
  sha1: { bytes: 20, costMs: 0.00044, maxIterations: 4_000_000 },
  sha224: { bytes: 28, costMs: 0.00064, maxIterations: 3_000_000 },
  sha256: { bytes: 32, costMs: 0.00064, maxIterations: 3_000_000 },
  sha384: { bytes: 48, costMs: 0.00086, maxIterations: 2_300_000 },
  sha512: { bytes: 64, costMs: 0.00086, maxIterations: 2_300_000 },
  "sha3-224": { bytes: 28, costMs: 0.0013, maxIterations: 1_500_000 },
  "sha3-384": { bytes: 48, costMs: 0.0013, maxIterations: 1_500_000 },
} as const satisfies Readonly<Record<string, Digest>>;

export type Pbkdf2Digest = keyof typeof digests;

export function isPbkdf2Digest(name: string): name is Pbkdf2Digest {
  return Object.hasOwn(digests, name);
}

/** The digest's own length: the key's, where a string does not name another. */
export function pbkdf2DigestBytes(digest: Pbkdf2Digest): number {
  return digests[digest].bytes;
}

/** A bound that adopters may set in each family over PBKDF2: iterations for each block of the key. */
export const maxIterationsBound = { usual: 3_000_000, min: 600_000, max: 10_000_000 };

export interface Pbkdf2Bounds {
  /** The most iterations (for each block of the key), 600,000 to 10,000,000; default 4, 3, 2.3 or 1.5 million by digest. */
  readonly maxIterations?: number;
}

export function readPbkdf2Bounds(set: Pbkdf2Bounds): {
  readonly maxIterations: number | undefined;
  readonly faults: readonly SettingFault[];
} {
  const { value, faults } = readBound("maxIterations", set.maxIterations, maxIterationsBound);
  return { maxIterations: set.maxIterations === undefined ? undefined : value, faults };
}

/** The bounds in words, for the families' descriptions. */
export const pbkdf2BoundsText =
  "iterations for each block of the key: SHA-1 4 million, SHA-256 3, SHA-512 2.3 (maxIterations, up to 10)";
/** Real keys have 16 to 512 bytes. */
export const pbkdf2KeyBytes: Bound = { min: 16, max: 1024 };
const saltBytes: Bound = { min: 0, max: 1024 };
const memoryBytes = 4096;

/** What a string says: all but the config's part of a hash. */
export type WrittenPbkdf2 = Omit<Pbkdf2Hash, "format" | "maxIterations">;

export interface Pbkdf2Hash {
  /** The format's name, for messages. */
  readonly format: string;
  readonly digest: Pbkdf2Digest;
  /** A number, or its text as the string has it. */
  readonly iterations: number | string;
  /** Undefined when it could not be decoded. */
  readonly salt: Uint8Array | undefined;
  readonly key: Uint8Array | undefined;
  /** The lengths that the key may have; the digest's own without it. */
  readonly keyBytes?: Bound;
  /** The adopter's bound, instead of the digest's own. */
  readonly maxIterations?: number | undefined;
  /**
   * What PBKDF2 gets instead of the password's bytes (another encoding, a digest of them); `undefined` for a password
   * that the system could not have taken, which is a mismatch.
   */
  readonly prepare?: (
    password: Uint8Array,
    signal: AbortSignal,
  ) => Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** A project-wide key that stands behind the salt. */
  readonly saltTail?: HashKey | undefined;
  /** What is compared with the stored key instead of PBKDF2's own output, and that output's length. */
  readonly finish?: { readonly keyLength: number; readonly apply: (key: Uint8Array) => Uint8Array };
}

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function pbkdf2Hash(hash: Pbkdf2Hash): ParsedHash {
  const name = `${hash.format}-${hash.digest}`;
  const { bytes, costMs, maxIterations } = digests[hash.digest];
  const expected = hash.keyBytes ?? { min: bytes, max: bytes };
  const key = bytesWithin(name, "bytes of key", hash.key, expected);
  const salt = bytesWithin(name, "bytes of salt", hash.salt, saltBytes);
  // Every block of the key costs all iterations again, so a longer key leaves fewer of them.
  const length = hash.finish?.keyLength ?? key.length;
  const blocks = Math.ceil(length / bytes);
  const allowed = { min: 1, max: Math.floor((hash.maxIterations ?? maxIterations) / blocks) };
  const iterations =
    typeof hash.iterations === "string"
      ? parseCost(name, "iterations", hash.iterations, allowed)
      : costWithin(name, "iterations", hash.iterations, allowed);
  return {
    costMs: costMs * iterations * blocks,
    memoryBytes,
    verify: async (password, signal) => {
      const typed = passwordToHash(password, signal);
      const prepared = hash.prepare === undefined ? typed : await hash.prepare(typed, signal);
      if (prepared === undefined) return "mismatch";
      const tail = hash.saltTail === undefined ? undefined : await readHashKey(hash.saltTail, signal);
      const whole = tail === undefined ? salt : Buffer.concat([salt, tail]);
      signal.throwIfAborted();
      const derived = await derivePbkdf2(prepared, whole, iterations, length, hash.digest);
      return compareBytes(hash.finish?.apply(derived) ?? derived, key);
    },
  };
}

/** The bare function, for schemes that do more with the key; the caller bounds the iterations. */
export function derivePbkdf2(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  digest: Pbkdf2Digest,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, key: Uint8Array) => (error === null ? resolve(key) : reject(error));
    pbkdf2Callback(password, salt, iterations, length, digest, answer);
  });
}
