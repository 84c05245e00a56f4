// Argon2d, Argon2i and Argon2id (RFC 9106), versions 19 (1.3) and 16 (1.0), with their bounds.

import { type Bound, bytesWithin, costWithin, damaged, parseCost, readBound } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import type { ParsedHash } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import { type Argon2Engine, type Argon2Provider, addon, openssl, portable, shortSalt } from "./argon2-engines.ts";
import { type Argon2Input, type Argon2Variant, argon2Variants } from "./argon2-input.ts";

/** The bounds and the engine that adopters may set in each family over Argon2. */
export interface Argon2Bounds {
  /** The most memory to fill, MiB, 64 to 512; default 256. */
  readonly maxMemoryMiB?: number;
  /** The most memory times passes, MiB, 256 to 4,096; default 1,000. */
  readonly maxWorkMiB?: number;
  /**
   * A faster engine, three times as fast as Node's own: `() => import("@node-rs/argon2")`. It is a native addon, which
   * stays outside the bundle and has to be deployed beside it for the function's processor.
   */
  readonly provider?: () => Promise<Argon2Provider>;
}

export interface Argon2Limits {
  readonly memoryKiB: number;
  readonly workMiB: number;
  readonly provider: (() => Promise<Argon2Provider>) | undefined;
}

// RFC 9106 recommends 64 MiB and 3 passes, or 2 GiB, which no function of this kind has; OWASP 19 MiB and 2 passes.
// 1,000 MiB-passes take 2 s on one whole processor. Salts are 8 bytes at least (RFC 9106 section 3.1).
const maxMemoryBound = { usual: 256, min: 64, max: 512 };
const maxWorkBound = { usual: 1000, min: 256, max: 4096 };
const passes: Bound = { min: 1, max: 64 };
const lanes: Bound = { min: 1, max: 16 };
const saltBytes: Bound = { min: 8, max: 64 };
const anySaltBytes: Bound = { min: 1, max: 64 };
const usualTagBytes: Bound = { min: 12, max: 128 };
const dataBytes: Bound = { min: 0, max: 256 };

export function readArgon2Bounds(set: Argon2Bounds): {
  readonly limits: Argon2Limits;
  readonly faults: readonly SettingFault[];
} {
  const memory = readBound("maxMemoryMiB", set.maxMemoryMiB, maxMemoryBound);
  const work = readBound("maxWorkMiB", set.maxWorkMiB, maxWorkBound);
  return {
    limits: { memoryKiB: 1024 * memory.value, workMiB: work.value, provider: set.provider },
    faults: [...memory.faults, ...work.faults],
  };
}

export interface Argon2Hash {
  /** The format's name, for messages. */
  readonly format: string;
  readonly variant: Argon2Variant;
  readonly version: 16 | 19;
  /** Each a number, or its text as the string has it. */
  readonly memoryKiB: number | string;
  readonly passes: number | string;
  readonly lanes: number | string;
  /** Undefined when it could not be decoded. */
  readonly salt: Uint8Array | undefined;
  readonly tag: Uint8Array | undefined;
  readonly data?: Uint8Array | undefined;
  /** The lengths that the tag may have, where they are not the usual ones. */
  readonly tagBytes?: Bound;
  /** Takes salts below 8 bytes too, where the dialect has them: `deriveArgon2`, which only its users' bundles carry. */
  readonly deriveShortSalt?: (input: Argon2Input) => Promise<Uint8Array>;
  /** The key ("pepper") that the legacy system added beside salt and password. */
  readonly secret?: HashKey | undefined;
  readonly limits: Argon2Limits;
  /** What Argon2 gets instead of the password's bytes. */
  readonly prepare?: (password: Uint8Array, signal: AbortSignal) => Uint8Array | Promise<Uint8Array>;
}

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function argon2Hash(hash: Argon2Hash): ParsedHash {
  const { format, limits } = hash;
  const parallelism = number(format, "lanes", hash.lanes, lanes);
  // RFC 9106 section 3.1: at least 8 blocks of 1 KiB a lane.
  const memoryBound = { min: 8 * parallelism, max: limits.memoryKiB };
  const memory = number(format, "KiB of memory", hash.memoryKiB, memoryBound);
  const passCount = number(format, "passes", hash.passes, passes);
  const salt = bytesWithin(
    format,
    "bytes of salt",
    hash.salt,
    hash.deriveShortSalt === undefined ? saltBytes : anySaltBytes,
  );
  const tag = bytesWithin(format, "bytes of tag", hash.tag, hash.tagBytes ?? usualTagBytes);
  const data = bytesWithin(format, "bytes of data", hash.data ?? new Uint8Array(), dataBytes);
  const engine = engineFor(hash, salt, data);
  const workMiB = Math.ceil((memory * passCount) / 1024);
  const maxWorkMiB = Math.min(limits.workMiB, engine.maxWorkMiB ?? limits.workMiB);
  costWithin(format, "MiB of memory times passes", workMiB, { min: 1, max: maxWorkMiB });
  return {
    costMs: engine.costMsPerMiB * workMiB,
    memoryBytes: memory * 1024,
    verify: async (password, signal) => {
      const typed = passwordToHash(password, signal);
      const message = (await hash.prepare?.(typed, signal)) ?? typed;
      const secret = hash.secret === undefined ? undefined : await readHashKey(hash.secret, signal);
      const { variant, version } = hash;
      const asked = { variant, version, message, salt, parallelism, tagBytes: tag.length, memory, passes: passCount };
      return compareBytes(await engine.derive({ ...asked, data, secret, signal }), tag);
    },
  };
}

function number(format: string, unit: string, value: number | string, bound: Bound): number {
  return typeof value === "string" ? parseCost(format, unit, value, bound) : costWithin(format, unit, value, bound);
}

/** @throws MigrationError HASH_DAMAGED */
export function parseArgon2Variant(format: string, id: string): Argon2Variant {
  const variant = argon2Variants.find((one) => one === id);
  if (variant === undefined) throw damaged(format, `an unknown variant, allowed ${argon2Variants.join(", ")}`);
  return variant;
}

/** The fastest one that can compute the hash. */
function engineFor(hash: Argon2Hash, salt: Uint8Array, data: Uint8Array): Argon2Engine {
  const { version, limits, deriveShortSalt } = hash;
  if (salt.length < saltBytes.min && deriveShortSalt !== undefined) return shortSalt(deriveShortSalt);
  // The addon has no associated data.
  if (limits.provider !== undefined && data.length === 0) return addon(limits.provider);
  return version === 19 && openssl !== undefined ? openssl : portable;
}
