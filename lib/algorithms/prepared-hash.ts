// A hash of something that was made of the password first.

import { passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";

/**
 * Hands on what `prepare` makes of the password; `undefined` for a password that the system could not have taken, which
 * is a mismatch.
 */
export function preparedHash(
  parsed: ParsedHash,
  prepare: (password: Uint8Array) => Uint8Array | undefined,
): ParsedHash {
  return {
    ...parsed,
    verify: async (password, signal) => {
      const prepared = prepare(passwordToHash(password, signal));
      return prepared === undefined ? "mismatch" : parsed.verify(Secret.fromBytes(prepared), signal);
    },
  };
}
