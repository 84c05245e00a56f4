// phpass's rounds with the number of them, the salt and the digest in columns of their own, as FusionAuth keeps them.

import { hash } from "node:crypto";
import { encodeCrypt64 } from "../core/encodings.ts";
import { costWithin, damaged } from "../core/hash-bounds.ts";
import { compareText, passwordToHash } from "../core/hash-check.ts";
import { runRounds } from "../core/hash-rounds.ts";
import type { ParsedHash } from "../core/ports.ts";

export interface FactorPhpass {
  /** The format's name, for messages. */
  readonly format: string;
  /** MD5 is written whole; of SHA-512 (Drupal) the first 43 characters. */
  readonly digest: "md5" | "sha512";
  readonly text: string;
  /** Hashed as the text that it is. */
  readonly salt: string;
  readonly rounds: number;
}

/** 2^13 in WordPress, 2^16 in Drupal; a million take 1.5 s on one whole processor. */
const rounds = { min: 1, max: 1_000_000 };
const costMsPerRound = 0.0015;
const lengths = { md5: 22, sha512: 43 };

/**
 * A hash that is ready to be checked, on the main thread, in slices. The digest is in phpass's alphabet, as the rows of
 * its makers have it, or in base64.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function factorPhpassHash({ format, digest, text, salt, rounds: factor }: FactorPhpass): ParsedHash {
  const count = costWithin(format, "rounds", factor, rounds);
  const length = lengths[digest];
  const stored = digest === "md5" ? text.replace(/==$/, "") : text;
  if (salt === "" || salt.length > 256) throw damaged(format, "no salt, or one of more than 256 characters");
  if (stored.length !== length || !/^[A-Za-z0-9+/.]+$/.test(stored)) {
    throw damaged(format, `not ${length} characters of phpass's alphabet or of base64`);
  }
  return {
    costMs: costMsPerRound * count,
    memoryBytes: 4096,
    verify: async (password, signal) => {
      const bytes = passwordToHash(password, signal);
      let state = hash(digest, Buffer.concat([Buffer.from(salt), bytes]), "buffer");
      await runRounds(count, signal, () => {
        state = hash(digest, Buffer.concat([state, bytes]), "buffer");
      });
      const own = compareText(encodeCrypt64(state).slice(0, length), stored);
      const base64 = compareText(state.toString("base64").slice(0, length), stored);
      return own === "match" ? own : base64;
    },
  };
}
