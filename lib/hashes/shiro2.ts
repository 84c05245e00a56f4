// Apache Shiro 2: Argon2's or bcrypt's own string behind `$shiro2`: `$shiro2$argon2id$v=19$..`, `$shiro2$2y$10$..`.
// Shiro2CryptFormat (shiro.apache.org).

import { type Argon2Bounds, readArgon2Bounds } from "../algorithms/argon2.ts";
import { argon2PhcHash } from "../algorithms/argon2-phc.ts";
import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface Shiro2Settings extends Argon2Bounds, BcryptBounds {}

/** Checks the hashes of Apache Shiro 2. */
export function shiro2(settings: Shiro2Settings = {}): HashFormat {
  const forArgon2 = readArgon2Bounds(settings);
  const forBcrypt = readBcryptBounds(settings);
  const format: HashFormat = {
    name: "shiro2",
    recognizes: claims("shiro2", /^\$shiro2\$/),
    parse(stored) {
      const text = encodedText("shiro2", stored).replace(/^\$shiro2(?=\$)/, "");
      return text.startsWith("$argon2")
        ? argon2PhcHash("shiro2", text, forArgon2.limits)
        : bcryptHash("shiro2", text, forBcrypt.maxCost);
    },
    // Salt and tag are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "$shiro2$argon2id$v=19$m=65536,t=1,p=4$oYfcr4GQhc3SeeTKzX+qIg$jwbxARBjOvh1m2nqtq6QiKI+ov8PRYQmAHD814exC10",
    },
  };
  return withSettingFaults(format, [...forArgon2.faults, ...forBcrypt.faults]);
}

export const shiro2Family: HashFamily = {
  name: "shiro2",
  title: "Apache Shiro 2",
  specified: "Apache Shiro, Shiro2CryptFormat; RFC 9106; bcrypt",
  bounds: "those of argon2 and bcrypt",
  dialects: [
    {
      id: "shiro2",
      example: "$shiro2$2y$10$7rOjsAf2U/AKKqpMpCIn6etuOXyQ86tp2Tn9xv6FyXl2T0QYc3.G.",
      usedBy: "Apache Shiro 2",
      line: "shiro2()",
      read: stringAlone(shiro2),
    },
  ],
};
