// The digests among Clerk's password hashers: `md5`, `sha256`, with a salt before a `$`, phpass and the phpass of an MD5,
// LDAP's `{SSHA}`, Symfony's iterated SHA-512. https://clerk.com/docs/reference/backend/user/create-user

import { hash } from "node:crypto";
import { bytesWithin, damaged, parseCost } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import { runRounds } from "../core/hash-rounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { withBraces } from "./braced-salt.ts";
import { eitherHash } from "./either.ts";
import { type IteratedDigest, iteratedHash } from "./iterated-digest.ts";
import { decodeDigest } from "./json-fields.ts";
import { phpassStringHash } from "./phpass-string.ts";
import { preparedHash } from "./prepared-hash.ts";
import { rfc2307Hash } from "./rfc2307-digest.ts";

export const clerkDigestHashers = [
  "md5",
  "md5_salted",
  "sha256",
  "sha256_salted",
  "phpass",
  "md5_phpass",
  "ldap_ssha",
  "sha512_symfony",
] as const;
export type ClerkHasher = (typeof clerkDigestHashers)[number];

/** @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY */
export function clerkDigestHash(format: string, hasher: ClerkHasher, text: string): ParsedHash {
  switch (hasher) {
    case "md5":
    case "sha256":
      return digestHash(format, hasher, text, (password) => password);
    case "md5_salted":
      return saltedHash(format, "md5", text);
    case "sha256_salted":
      return saltedHash(format, "sha256", text);
    case "phpass":
      return phpassStringHash(format, text);
    case "md5_phpass":
      return preparedHash(phpassStringHash(format, text), (password) => Buffer.from(hash("md5", password, "hex")));
    case "ldap_ssha":
      if (!/^\{SSHA\}/i.test(text)) throw damaged(format, "not of the form {SSHA} and base64");
      return rfc2307Hash(format, text);
    case "sha512_symfony":
      return symfonyHash(format, text);
  }
}

function digestHash(
  format: string,
  digest: IteratedDigest,
  hex: string,
  first: (password: Uint8Array) => Uint8Array,
): ParsedHash {
  const expected = decodeDigest(hex, digest === "md5" ? 16 : 32);
  return iteratedHash({ format, digest, rounds: 1, maxRounds: 1, expected, first });
}

/** `salt$hash`; Clerk does not say on which side of the password the salt stood, so either is right. */
function saltedHash(format: string, digest: IteratedDigest, text: string): ParsedHash {
  const [, salt, hex = ""] = /^(.{1,256})\$([0-9A-Fa-f]{32,64})$/s.exec(text) ?? [];
  if (salt === undefined) throw damaged(format, "not of the form salt$hash");
  const bytes = Buffer.from(salt);
  return eitherHash([
    digestHash(format, digest, hex, (password) => Buffer.concat([bytes, password])),
    digestHash(format, digest, hex, (password) => Buffer.concat([password, bytes])),
  ]);
}

/** Symfony's default is 5,000; a million takes 2 s on one whole processor. */
const symfonyIterations = { min: 1, max: 1_000_000 };
const symfonyMsPerRound = 0.002;

/** `sha512_symfony$iterations$salt$base64` of Symfony's MessageDigestPasswordEncoder. */
function symfonyHash(format: string, text: string): ParsedHash {
  const [, count, salt = "", base64 = ""] = /^sha512_symfony\$([^$]*)\$([^$]{0,256})\$([^$]*)$/.exec(text) ?? [];
  if (count === undefined) throw damaged(format, "not of the form sha512_symfony$iterations$salt$hash");
  const iterations = parseCost(format, "iterations", count, symfonyIterations);
  const expected = bytesWithin(format, "bytes of hash", decodeDigest(base64, 64), { min: 64, max: 64 });
  const braces = withBraces(salt);
  return {
    costMs: symfonyMsPerRound * iterations,
    memoryBytes: 4096,
    verify: async (password, signal) => {
      const salted = Buffer.concat([passwordToHash(password, signal), braces]);
      let state = hash("sha512", salted, "buffer");
      await runRounds(iterations - 1, signal, () => {
        state = hash("sha512", Buffer.concat([state, salted]), "buffer");
      });
      return compareBytes(state, expected);
    },
  };
}
