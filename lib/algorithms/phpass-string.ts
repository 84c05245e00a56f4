// phpass's portable string `$P$` (phpBB: `$H$`): one character of log2 rounds, 8 of salt, 22 of MD5. For the platforms
// that take it.

import { crypt64Value } from "../core/encodings.ts";
import { costWithin, damaged } from "../core/hash-bounds.ts";
import { compareText, passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import { phpassMd5 } from "./phpass.ts";

// WordPress uses 13, phpass itself allows 7 to 30; 18 takes 50 ms on one whole processor.
const log2Rounds = { min: 7, max: 18 };
/** Measured: 0.18 microseconds a round. */
const costMsPerRound = 0.0002;
const memoryBytes = 4096;
const syntax = /^\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$/;

/**
 * A hash that is ready to be checked, on the main thread, in slices.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function phpassStringHash(format: string, text: string): ParsedHash {
  const [, log2Text = "", salt = "", digest = ""] = syntax.exec(text) ?? [];
  const log2 = crypt64Value(log2Text);
  if (log2 === undefined) throw damaged(format, "not of the form $P$ and 31 characters");
  const rounds = 2 ** costWithin(format, "as log2 of the rounds", log2, log2Rounds);
  return {
    costMs: costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) =>
      compareText(await phpassMd5(passwordToHash(password, signal), salt, rounds, signal), digest),
  };
}
