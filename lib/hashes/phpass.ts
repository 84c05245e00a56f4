// phpass's portable hashes: `$P$` (WordPress before 6.8, bbPress, Joomla 2.5) and `$H$` (phpBB 3), one character of
// log2 rounds, 8 of salt, 22 of MD5. Specified by its source, PasswordHash.php of openwall.com/phpass.

import { hash } from "node:crypto";
import { crypt64Value, encodeCrypt64 } from "../core/encodings.ts";
import { costWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import { runRounds } from "../core/hash-rounds.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface PhpassSettings {
  /** The highest log2 of the rounds, 13 to 22; default 18. */
  readonly maxLog2Rounds?: number;
}

// phpBB uses 11, WordPress 13, phpass itself allows 7 to 30. 18 takes 0.4 s on one whole processor, 22 takes 6 s.
const minLog2Rounds = 7;
const maxLog2Bound = { usual: 18, min: 13, max: 22 };
/** Measured with Node 24's crypto.hash; about 12 ms for WordPress's rounds. */
const costMsPerRound = 0.0015;
const memoryBytes = 4096;

/** Checks phpass hashes on the main thread, in slices. */
export function phpass(settings: PhpassSettings = {}): HashFormat {
  const maxLog2Rounds = readBound("maxLog2Rounds", settings.maxLog2Rounds, maxLog2Bound);
  const format: HashFormat = {
    name: "phpass",
    recognizes: claims("phpass", /^\$[PH]\$/),
    parse: (stored) => parse(stored, maxLog2Rounds.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$P$BBXX/qilHEcWQ4UIKnswxx25lq13oG." },
  };
  return withSettingFaults(format, maxLog2Rounds.faults);
}

const syntax = /^\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$/;

function parse(stored: StoredPassword, maxLog2: number): ParsedHash {
  const [, log2Text, salt, digest] = syntax.exec(encodedText("phpass", stored)) ?? [];
  const log2 = crypt64Value(log2Text ?? "");
  if (log2 === undefined || salt === undefined || digest === undefined) {
    throw damaged("phpass", "not of the form $P$ and 31 characters");
  }
  const rounds = 2 ** costWithin("phpass", "as log2 of the rounds", log2, { min: minLog2Rounds, max: maxLog2 });
  return {
    costMs: costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const bytes = passwordToHash(password, signal);
      let state = md5(Buffer.concat([Buffer.from(salt), bytes]));
      const input = Buffer.concat([state, bytes]);
      await runRounds(rounds, signal, () => {
        input.set(state);
        state = md5(input);
      });
      return compareText(encodeCrypt64(state), digest);
    },
  };
}

function md5(bytes: Uint8Array): Uint8Array {
  return hash("md5", bytes, "buffer");
}
