// scrypt in crypt(3)'s form: `$7$`, one character of log2 N, five of r, five of p, the salt as it stands, `$` and 43
// characters of key. libxcrypt and libsodium (crypto_pwhash_scryptsalsa208sha256_str); escrypt crypto_scrypt-common.

import { readScryptBounds, type ScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { crypt64Value, encodeCrypt64 } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type Scrypt7Settings = ScryptBounds;

const keyBytes = 32;
/** The 32 bytes of key as crypt(3) writes them. */
const keyCharacters = { min: 43, max: 43 };

/** Checks `$7$` hashes with node:crypto, off the main thread. */
export function scrypt7(settings: Scrypt7Settings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const format: HashFormat = {
    name: "scrypt-7",
    recognizes: claims("scrypt-7", /^\$7\$/),
    parse(stored) {
      const text = encodedText("scrypt-7", stored);
      const [, ln = "", r = "", p = "", salt = "", key = ""] =
        /^\$7\$([./0-9A-Za-z])([./0-9A-Za-z]{5})([./0-9A-Za-z]{5})(.*)\$([./0-9A-Za-z]{43})$/s.exec(text) ?? [];
      if (ln === "") throw damaged("scrypt-7", "not of the form $7$, 11 characters, salt, $ and 43 characters");
      return scryptHash({
        ...{ format: "scrypt-7", limits, n: 2 ** number(ln), r: number(r), p: number(p), salt: Buffer.from(salt) },
        // crypt(3) compares strings: the last character's unused bits must be zero.
        ...{ key: Buffer.from(key), keyBytes: keyCharacters },
        finish: { keyLength: keyBytes, apply: async (derived) => Buffer.from(encodeCrypt64(derived)) },
      });
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$7$C6..../....XzjvywgXXsbwzAsJJs8o4/$LxMb6G6BKIK3i84ON.i8jWDzo3BybCQXzuXFs0Qq0g3" },
  };
  return withSettingFaults(format, faults);
}

/** Least significant six bits first. */
function number(text: string): number {
  return [...text].reduce((sum, character, index) => sum + (crypt64Value(character) ?? 0) * 64 ** index, 0);
}

export const scrypt7Family: HashFamily = {
  name: "scrypt-7",
  title: "scrypt of crypt(3)",
  specified: "libxcrypt, libsodium (crypto_pwhash_scryptsalsa208sha256_str); RFC 7914",
  bounds: "256 MiB of 128 N r (maxMemoryMiB, up to 512), N r p of 2^22 (maxWork, up to 2^24), r and p up to 64",
  dialects: [
    {
      id: "scrypt-7",
      example: "$7$76..../....SodiumChloride$A3TZmeiryDHQ2WPMhp4DJMj40uf7Gow9iHzQxhe7ikC",
      usedBy: "libxcrypt, libsodium, passlib, Zitadel",
      line: "scrypt7()",
      read: stringAlone(scrypt7),
    },
  ],
};
