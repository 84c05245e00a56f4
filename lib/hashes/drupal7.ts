// Drupal 7's phpass over SHA-512: `$S$`, one character of log2 rounds, 8 of salt, and the first 43 of 86 of the digest.
// Specified by Drupal's includes/password.inc (7) and PhpassHashedPasswordBase.php (8 to 10).

import { phpassSha512 } from "../algorithms/phpass.ts";
import { crypt64Value } from "../core/encodings.ts";
import { costWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface Drupal7Settings {
  /** The highest log2 of the rounds, 15 to 22; default 18. */
  readonly maxLog2Rounds?: number;
}

// Drupal 7 uses 15, Drupal 8 to 10 16; Drupal itself allows 7 to 30. 18 takes 90 ms on one whole processor, 22 takes 1.4 s.
const minLog2Rounds = 7;
const maxLog2Bound = { usual: 18, min: 15, max: 22 };
/** Measured: 0.34 us. */
const costMsPerRound = 0.0005;
const memoryBytes = 65_536;
/** Drupal refuses longer passwords, and so never made a hash of one. */
const maxPasswordBytes = 512;
const digestLength = 43;

/** Checks Drupal 7 hashes on the main thread, in slices. */
export function drupal7(settings: Drupal7Settings = {}): HashFormat {
  const maxLog2Rounds = readBound("maxLog2Rounds", settings.maxLog2Rounds, maxLog2Bound);
  const format: HashFormat = {
    name: "drupal7",
    recognizes: claims("drupal7", /^\$S\$/),
    parse: (stored) => parse(stored, maxLog2Rounds.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$S$D9XNikf4/SrR90DM1ZagRrSSN0vc.i0XiJqNJo1cWDUx62HHT1Ne" },
  };
  return withSettingFaults(format, maxLog2Rounds.faults);
}

const syntax = /^\$S\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{43})$/;

function parse(stored: StoredPassword, maxLog2: number): ParsedHash {
  const [, log2Text, salt, digest] = syntax.exec(encodedText("drupal7", stored)) ?? [];
  const log2 = crypt64Value(log2Text ?? "");
  if (log2 === undefined || salt === undefined || digest === undefined) {
    throw damaged("drupal7", "not of the form $S$ and 52 characters");
  }
  const rounds = 2 ** costWithin("drupal7", "as log2 of the rounds", log2, { min: minLog2Rounds, max: maxLog2 });
  return {
    costMs: costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const bytes = passwordToHash(password, signal);
      const computed = await phpassSha512(bytes, salt, rounds, signal);
      const verdict = compareText(computed.slice(0, digestLength), digest);
      return bytes.length > maxPasswordBytes ? "mismatch" : verdict;
    },
  };
}

export const drupal7Family: HashFamily = {
  name: "drupal7",
  title: "Drupal 7",
  specified: "Drupal's includes/password.inc",
  bounds: "log2 of the rounds 7 to 18 (maxLog2Rounds, up to 22); 512 bytes of password",
  dialects: [
    {
      id: "drupal7",
      example: "$S$DvGMToJNc2Pe7jU7IBi7pUcic/mmbSjcvgZzxdQqOcyyQyrTEB4E",
      usedBy: "Drupal 7 to 10",
      line: "drupal7()",
      read: stringAlone(drupal7),
    },
  ],
};
