// crypt(3) strings of md5crypt and SHA-crypt, for the platforms that take them.

import { damaged, parseCost } from "../core/hash-bounds.ts";
import { compareText, passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import { deriveMd5Crypt, encodeMd5Crypt, md5CryptCostMs, md5CryptMemoryBytes } from "./md5-crypt.ts";
import { sha256Crypt, sha512Crypt, shaCryptText } from "./sha-crypt.ts";

// passlib's defaults of 535,000 and 656,000 rounds are the most that is common; crypt(3) never writes less than 1,000.
const rounds = { min: 1000, max: 1_000_000 };
const usualRounds = "5000";
const memoryBytes = 32_768;

/** `$1$salt$digest`. @throws MigrationError HASH_DAMAGED */
export function md5CryptStringHash(format: string, text: string): ParsedHash {
  const [, salt, digest] = /^\$1\$([!-#%-9;-~]{0,8})\$([./0-9A-Za-z]{22})$/.exec(text) ?? [];
  if (salt === undefined || digest === undefined) throw damaged(format, "not of the form $1$salt$ and 22 characters");
  return {
    costMs: md5CryptCostMs,
    memoryBytes: md5CryptMemoryBytes,
    verify: async (password, signal) => {
      const computed = await deriveMd5Crypt("$1$", passwordToHash(password, signal), Buffer.from(salt), signal);
      return compareText(encodeMd5Crypt(computed), digest);
    },
  };
}

/** `$5$[rounds=N$]salt$digest` and `$6$…`. @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY */
export function shaCryptStringHash(format: string, text: string): ParsedHash {
  const [, id, count, salt, digest = ""] =
    /^\$([56])\$(?:rounds=([^$]*)\$)?([!-#%-9;-~]{0,16})\$([./0-9A-Za-z]+)$/.exec(text) ?? [];
  const variant = id === "6" ? sha512Crypt : sha256Crypt;
  if (salt === undefined || digest.length !== variant.length) {
    throw damaged(format, "not of the form $6$[rounds=N$]salt$ and 86 characters, or $5$ and 43");
  }
  const number = parseCost(format, "rounds", count ?? usualRounds, rounds);
  return {
    costMs: variant.costMsPerRound * number,
    memoryBytes,
    verify: async (password, signal) => {
      const key = passwordToHash(password, signal);
      return compareText(await shaCryptText(variant, key, Buffer.from(salt), number, signal), digest);
    },
  };
}
