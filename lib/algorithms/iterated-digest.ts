// A digest that is taken again and again of itself: H(H(H(first))).

import { hash } from "node:crypto";
import { type Bound, bytesWithin, costWithin, parseCost, readBound } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import { runRounds } from "../core/hash-rounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";

const digestBytes = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
export type IteratedDigest = keyof typeof digestBytes;

// Real systems have 1 to 500,000 rounds (Shiro 1). A million takes 1.5 s on one whole processor.
const maxRoundsBound = { usual: 1_000_000, min: 500_000, max: 5_000_000 };
/** Measured with Node 24's crypto.hash of a digest. */
const costMsPerRound = 0.0015;
const memoryBytes = 4096;

export interface IteratedDigestBounds {
  /** The most rounds, 500,000 to 5,000,000; default 1,000,000. */
  readonly maxRounds?: number;
}

export function readIteratedDigestBounds(set: IteratedDigestBounds): {
  readonly maxRounds: number;
  readonly faults: readonly SettingFault[];
} {
  const { value, faults } = readBound("maxRounds", set.maxRounds, maxRoundsBound);
  return { maxRounds: value, faults };
}

export const iteratedDigestBoundsText = "1 to 1,000,000 rounds (maxRounds, up to 5 million)";

export interface IteratedHash {
  /** The format's name, for messages. */
  readonly format: string;
  readonly digest: IteratedDigest;
  /** How often the digest is taken, the first time included. */
  readonly rounds: number | string;
  readonly maxRounds: number;
  /** Undefined when it could not be decoded. */
  readonly expected: Uint8Array | undefined;
  /** What the first digest is taken of. */
  readonly first: (password: Uint8Array, signal: AbortSignal) => Uint8Array | Promise<Uint8Array>;
}

/**
 * A hash that is ready to be checked, on the main thread, in slices.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function iteratedHash(stored: IteratedHash): ParsedHash {
  const { format, digest } = stored;
  const length = digestBytes[digest];
  const expected = bytesWithin(format, `bytes of ${digest}`, stored.expected, { min: length, max: length });
  const bound: Bound = { min: 1, max: stored.maxRounds };
  const rounds =
    typeof stored.rounds === "string"
      ? parseCost(format, "rounds", stored.rounds, bound)
      : costWithin(format, "rounds", stored.rounds, bound);
  return {
    costMs: costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      let state = await stored.first(passwordToHash(password, signal), signal);
      await runRounds(rounds, signal, () => {
        state = hash(digest, state, "buffer");
      });
      return compareBytes(state, expected);
    },
  };
}
