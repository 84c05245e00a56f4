// scrypt (RFC 7914) as node:crypto has it, off the main thread, with its bounds.

import { scrypt as scryptCallback } from "node:crypto";
import { type Bound, bytesWithin, costWithin, damaged, parseCost, readBound } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";

/** The bounds that adopters may set in each family over scrypt. */
export interface ScryptBounds {
  /** The most memory (128 N r), MiB, 32 to 512; default 256. */
  readonly maxMemoryMiB?: number;
  /** The most work (N r p), in units of 2^20, 1 to 16; default 4. */
  readonly maxWork?: number;
}

export interface ScryptLimits {
  readonly memoryBytes: number;
  readonly work: number;
}

// Real systems use N = 2^14 to 2^17 with r = 8. Work 2^22 takes 1.8 s on one whole processor; N = 2^18 with r = 8
// fills 256 MiB.
const maxMemoryBound = { usual: 256, min: 32, max: 512 };
const maxWorkBound = { usual: 4, min: 1, max: 16 };
const blockSizes: Bound = { min: 1, max: 64 };
const parallelisms: Bound = { min: 1, max: 64 };
const saltBytes: Bound = { min: 0, max: 1024 };
/** Keys of real systems have 32 or 64 bytes, Gitea's 50. */
export const scryptKeyBytes: Bound = { min: 16, max: 128 };
/** Measured with node:crypto: 0.47 s for N = 2^17, r = 8. */
const costMsPerUnit = 0.00044;

export function readScryptBounds(set: ScryptBounds): {
  readonly limits: ScryptLimits;
  readonly faults: readonly SettingFault[];
} {
  const memory = readBound("maxMemoryMiB", set.maxMemoryMiB, maxMemoryBound);
  const work = readBound("maxWork", set.maxWork, maxWorkBound);
  return {
    limits: { memoryBytes: memory.value * 2 ** 20, work: work.value * 2 ** 20 },
    faults: [...memory.faults, ...work.faults],
  };
}

export interface ScryptHash {
  /** The format's name, for messages. */
  readonly format: string;
  readonly n: number | string;
  readonly r: number | string;
  readonly p: number | string;
  /** Undefined when it could not be decoded. */
  readonly salt: Uint8Array | undefined;
  readonly key: Uint8Array | undefined;
  readonly keyBytes?: Bound;
  readonly limits: ScryptLimits;
  /** What scrypt gets instead of the password's bytes. */
  readonly prepare?: (password: Uint8Array, signal: AbortSignal) => Uint8Array | Promise<Uint8Array>;
  /** What is compared with the stored key instead of scrypt's own output, and that output's length. */
  readonly finish?: {
    readonly keyLength: number;
    readonly apply: (key: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;
  };
}

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function scryptHash(hash: ScryptHash): ParsedHash {
  const { format, limits, finish } = hash;
  const n = parseN(format, hash.n);
  const r = number(format, "as r", hash.r, blockSizes);
  const p = number(format, "as p", hash.p, parallelisms);
  const salt = bytesWithin(format, "bytes of salt", hash.salt, saltBytes);
  const key = bytesWithin(format, "bytes of key", hash.key, hash.keyBytes ?? scryptKeyBytes);
  costWithin(format, "bytes of memory (128 N r)", 128 * n * r, { min: 1, max: limits.memoryBytes });
  const work = costWithin(format, "as N r p", n * r * p, { min: 1, max: limits.work });
  const memoryBytes = 128 * r * (n + p);
  return {
    costMs: costMsPerUnit * work,
    memoryBytes,
    verify: async (password, signal) => {
      const typed = passwordToHash(password, signal);
      // OpenSSL counts its own small blocks too; a limit at the bare sum refuses what the bounds have let through.
      const options = { N: n, r, p, maxmem: memoryBytes + 2 ** 20 };
      const message = (await hash.prepare?.(typed, signal)) ?? typed;
      const derived = await derive(message, salt, finish?.keyLength ?? key.length, options);
      return compareBytes(finish === undefined ? derived : await finish.apply(derived, signal), key);
    },
  };
}

function number(format: string, unit: string, value: number | string, bound: Bound): number {
  return typeof value === "string" ? parseCost(format, unit, value, bound) : costWithin(format, unit, value, bound);
}

function parseN(format: string, value: number | string): number {
  const n = number(format, "as N", value, { min: 2, max: 2 ** 31 });
  // RFC 7914 section 2: N is a power of two.
  if (!Number.isInteger(Math.log2(n))) throw damaged(format, `${n} as N, allowed are powers of two`);
  return n;
}

function derive(
  password: Uint8Array,
  salt: Uint8Array,
  length: number,
  options: { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, key: Uint8Array) => (error === null ? resolve(key) : reject(error));
    scryptCallback(password, salt, length, options, answer);
  });
}
