// A stored digest that takes no more than a few digests to check.

import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";

/** A SHA-512 of 1,024 bytes takes 3 microseconds; WASM's MD4 takes 20. */
const costMs = 0.02;
const memoryBytes = 4096;

/** The digest of the typed password; `undefined` when the system could not have taken it, which is a mismatch. */
export type ComputeDigest = (password: Uint8Array, signal: AbortSignal) => MaybePromise<Uint8Array | undefined>;
type MaybePromise<T> = T | Promise<T>;

/** A digest that is ready to be checked. */
export function digestCheck(expected: Uint8Array, compute: ComputeDigest): ParsedHash {
  return {
    costMs,
    memoryBytes,
    verify: async (password, signal) => {
      const computed = await compute(passwordToHash(password, signal), signal);
      return computed === undefined ? "mismatch" : compareBytes(computed, expected);
    },
  };
}
