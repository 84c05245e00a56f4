// The steps that Magento 2 chains: each takes the hexadecimal result of the one before, or the password.
// Magento\Framework\Encryption\Encryptor.

import { hash } from "node:crypto";
import { type Bound, costWithin, damaged, parseCost } from "../core/hash-bounds.ts";
import { type Argon2Hash, type Argon2Limits, argon2Hash } from "./argon2.ts";
import { openssl, portable } from "./argon2-engines.ts";

export interface MagentoStep {
  readonly bytes: number;
  readonly costMs: number;
  readonly memoryBytes: number;
  /** The first refuses after the signal; none can be cut once begun. */
  run(input: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

/** Argon2's salt is exactly as long as libsodium wants it: cut, or repeated to the length. */
const argon2SaltBytes = 16;
const tagBytes: Bound = { min: 16, max: 128 };
/** What libsodium had as "interactive" when version 2 was made. */
const version2 = { length: 32, passes: 2, memoryBytes: 67_108_864 };

/**
 * One step by its version: 0 MD5, 1 SHA-256, 2 Argon2id, 3_length_passes_bytes Argon2id.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY, HASH_UNKNOWN
 */
export function magentoStep(format: string, version: string, salt: string, limits: Argon2Limits): MagentoStep {
  if (version === "0") return digestStep("md5", 16, salt);
  if (version === "1") return digestStep("sha256", 32, salt);
  if (version === "2") return argon2Step(format, version2, salt, limits);
  const [, length, passes, memoryBytes] = /^3_([0-9]+)_([0-9]+)_([0-9]+)$/.exec(version) ?? [];
  if (length === undefined || passes === undefined || memoryBytes === undefined) {
    throw damaged(format, "an unknown version, allowed 0, 1, 2, 3_length_passes_bytes");
  }
  // A number longer than parseCost takes is over every bound anyway.
  const bytes = memoryBytes.length > 10 ? Number.MAX_SAFE_INTEGER : parseCost(format, "bytes", memoryBytes, anyBytes);
  return argon2Step(
    format,
    {
      length: parseCost(format, "bytes of tag", length, tagBytes),
      passes: parseCost(format, "passes", passes, { min: 1, max: 64 }),
      memoryBytes: bytes,
    },
    salt,
    limits,
  );
}

const anyBytes: Bound = { min: 8192, max: Number.MAX_SAFE_INTEGER };

function digestStep(name: "md5" | "sha256", bytes: number, salt: string): MagentoStep {
  const run: MagentoStep["run"] = async (input) => hash(name, Buffer.concat([Buffer.from(salt), input]), "buffer");
  return { bytes, costMs: 0.005, memoryBytes: 4096, run };
}

function argon2Step(format: string, size: typeof version2, salt: string, limits: Argon2Limits): MagentoStep {
  const { length, passes, memoryBytes } = size;
  const salted = Buffer.from(salt);
  if (salted.length === 0) throw damaged(format, "no salt");
  // libsodium counts whole KiB.
  const memory = Math.floor(memoryBytes / 1024);
  costWithin(format, "KiB of memory", memory, { min: 8, max: limits.memoryKiB });
  const asked: Argon2Hash = {
    format,
    variant: "argon2id",
    version: 19,
    memoryKiB: memory,
    passes,
    lanes: 1,
    salt: Buffer.alloc(argon2SaltBytes, salted),
    // Only its bounds and its cost are asked for.
    tag: new Uint8Array(length),
    limits,
  };
  const bounded = argon2Hash(asked);
  const engine = openssl ?? portable;
  return {
    bytes: length,
    costMs: bounded.costMs,
    memoryBytes: bounded.memoryBytes,
    run: (message, signal) =>
      engine.derive({
        ...{ variant: "argon2id", version: 19, message, salt: Buffer.alloc(argon2SaltBytes, salted), parallelism: 1 },
        ...{ tagBytes: length, memory, passes, data: new Uint8Array(), secret: undefined, signal },
      }),
  };
}
