// Better Auth and Lucia: `<salt>:<128 hex>`, scrypt with N = 16384, r = 16, p = 1 over the password in Unicode NFKC; the
// salt is hashed as the text that it is, though it looks like hex. Lucia 1 wrote 16 letters and digits of salt and had
// r = 8; Lucia 2 put `s2:` before and has r = 16. Without `s2:` the string could be another's: the row names the format.
// better-auth packages/better-auth/src/crypto/password.ts; lucia Scrypt and LegacyScrypt.

import { prepareFor } from "../algorithms/prepare.ts";
import { readScryptBounds, type ScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type BetterAuthSettings = ScryptBounds;

const keyBytes = { min: 64, max: 64 };

/** Checks the hashes of Better Auth and Lucia with node:crypto, off the main thread. */
export function betterAuth(settings: BetterAuthSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const format: HashFormat = {
    name: "better-auth",
    recognizes: claims("better-auth", /^s2:[^:]{1,64}:[0-9a-fA-F]{128}$/),
    parse(stored) {
      const text = encodedText("better-auth", stored);
      const [, second, salt, key = ""] = /^(s2:)?([^:]{1,64}):([0-9a-fA-F]{128})$/.exec(text) ?? [];
      if (salt === undefined) throw damaged("better-auth", "not of the form salt:key or s2:salt:key");
      const first = second === undefined && !/^[0-9a-f]{32}$/i.test(salt);
      return scryptHash({
        ...{ format: "better-auth", limits, n: 16384, r: first ? 8 : 16, p: 1 },
        ...{ salt: Buffer.from(salt), key: decodeHex(key), keyBytes },
        prepare: prepareFor("better-auth", [{ text: "nfkc" }], stored),
      });
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      format: "better-auth",
      encoded:
        "7d3c72af3c1d4a5b5aef24550ade8ba9:996576e0ca3c642eaaf0cf7440c40dc86caef60564857a4315baafbb369b37ac30d8eea36bfd601f7616b1ad67f5e62436f0760a65baabdc134df3c4c7f86e79",
    },
  };
  return withSettingFaults(format, faults);
}

const read: HashDialect["read"] = (encoded) => ({
  format: betterAuth(),
  stored: { format: "better-auth", encoded },
});

export const betterAuthFamily: HashFamily = {
  name: "better-auth",
  title: "Better Auth, Lucia",
  specified: "Better Auth crypto/password.ts; Lucia Scrypt and LegacyScrypt; RFC 7914",
  bounds: "N, r and p are fixed: 32 MiB, a tenth of a second",
  dialects: [
    {
      id: "better-auth-scrypt",
      example:
        "4b7024a9ddea103fb0dc46172b144626:a8ae8d3b960f0797b1813144a3a63c04b3357b3c4f738376aa3b41b2e1cfe646da0cd439d556cc5bfb792fbed4fe6ae1fb467546bfe090dc4cdde869c4b4fbfa",
      usedBy: "Better Auth, Lucia 3",
      couldBe: /^[^:]{1,64}:[0-9a-fA-F]{128}$/,
      line: "betterAuth()",
      read,
    },
    {
      id: "lucia-scrypt",
      example:
        "s2:k2nxg5v0q1w3e4r5:c2054dd0c00f0fb258eb3c656aa7f21aebdeda7eed5382873328bd21b8fe67563a5f84fb7dcf8085a349538f2a438b71d5719805682496bc22edf8327ed93b5e",
      usedBy: "Lucia 1 and 2",
      couldBe: /^[^:]{1,64}:[0-9a-fA-F]{128}$/,
      line: "betterAuth()",
      read,
    },
  ],
};
