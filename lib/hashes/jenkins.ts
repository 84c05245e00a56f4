// Jenkins' own user database: `#jbcrypt:` and a bcrypt hash; before 1.417 `salt:hex`, the SHA-256 of `password{salt}`,
// braces and all (Acegi's ShaPasswordEncoder). The old form is taken from rows that name the format alone.
// Jenkins hudson.security.HudsonPrivateSecurityRealm (PasswordEncoders).

import { createHash } from "node:crypto";
import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type JenkinsSettings = BcryptBounds;

const prefix = "#jbcrypt:";

/** Checks the hashes of Jenkins' own user database. */
export function jenkins(settings: JenkinsSettings = {}): HashFormat {
  const { maxCost, faults } = readBcryptBounds(settings);
  const format: HashFormat = {
    name: "jenkins",
    recognizes: claims("jenkins", /^#jbcrypt:/),
    parse(stored) {
      const text = encodedText("jenkins", stored);
      return text.startsWith(prefix) ? bcryptHash("jenkins", text.slice(prefix.length), maxCost) : parseOld(text);
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "#jbcrypt:$2a$10$FDdUfSwWu4rQxF9x48.ndOMkJRztK9iw.YzPKUcUX4aHCKo/DV20S" },
  };
  return withSettingFaults(format, faults);
}

function parseOld(text: string): ParsedHash {
  const [, salt, hex = ""] = /^([^:{}]{1,64}):([0-9A-Fa-f]{64})$/.exec(text) ?? [];
  if (salt === undefined) throw damaged("jenkins", "neither #jbcrypt: nor salt:hex");
  const digest = bytesWithin("jenkins", "bytes of digest", decodeHex(hex), { min: 32, max: 32 });
  return {
    costMs: 0.01,
    memoryBytes: 1024,
    verify: async (password, signal) => {
      const hash = createHash("sha256").update(passwordToHash(password, signal)).update(`{${salt}}`);
      return compareBytes(hash.digest(), digest);
    },
  };
}

export const jenkinsFamily: HashFamily = {
  name: "jenkins",
  title: "Jenkins",
  specified: "Jenkins HudsonPrivateSecurityRealm",
  bounds: "cost 4 to 14 (maxCost, up to 16)",
  dialects: [
    {
      id: "jenkins",
      example: "#jbcrypt:$2a$05$I8PeMDqR0LppkiJC7nKvOOgD1yKaJZkWg6l.ZSrAm7IMBNsot6MOq",
      usedBy: "Jenkins' own user database",
      couldBe: /^[^:{}]{1,64}:[0-9A-Fa-f]{64}$/,
      line: "jenkins()",
      read: (encoded) => ({ format: jenkins(), stored: { format: "jenkins", encoded } }),
    },
  ],
};
