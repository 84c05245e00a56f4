// The key derivations among Clerk's password hashers, each with its own rule for salt and key.
// https://clerk.com/docs/reference/backend/user/create-user

import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, parseCost } from "../core/hash-bounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { fieldsOf, firebaseScryptHash } from "./firebase-scrypt.ts";
import { type Pbkdf2Digest, pbkdf2Hash, pbkdf2KeyBytes } from "./pbkdf2.ts";
import type { PlatformLimits } from "./platform-bounds.ts";
import { scryptHash } from "./scrypt.ts";

export const clerkKeyHashers = [
  "pbkdf2_sha1",
  "pbkdf2_sha256",
  "pbkdf2_sha256_django",
  "pbkdf2_sha512",
  "pbkdf2_sha512_hex",
  "scrypt_firebase",
  "scrypt_werkzeug",
] as const;
export type ClerkKeyHasher = (typeof clerkKeyHashers)[number];

type Decode = (text: string) => Uint8Array | undefined;

interface Pbkdf2Rule {
  readonly prefix: string;
  readonly digest: Pbkdf2Digest;
  readonly salt: Decode;
  readonly key: Decode;
}

const asText: Decode = (text) => Buffer.from(text);

const rules: Readonly<Record<Extract<ClerkKeyHasher, `pbkdf2_${string}`>, Pbkdf2Rule>> = {
  // A salt that is hexadecimal is decoded, any other is text.
  pbkdf2_sha1: {
    prefix: "pbkdf2_sha1",
    digest: "sha1",
    salt: (text) => decodeHex(text) ?? asText(text),
    key: decodeHex,
  },
  pbkdf2_sha256: { prefix: "pbkdf2_sha256", digest: "sha256", salt: decodeBase64, key: decodeBase64 },
  pbkdf2_sha256_django: { prefix: "pbkdf2_sha256", digest: "sha256", salt: asText, key: decodeBase64 },
  pbkdf2_sha512: { prefix: "pbkdf2_sha512", digest: "sha512", salt: asText, key: decodeHex },
  pbkdf2_sha512_hex: { prefix: "pbkdf2_sha512_hex", digest: "sha512", salt: decodeHex, key: decodeHex },
};

/** @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY */
export function clerkKeyHash(format: string, hasher: ClerkKeyHasher, text: string, limits: PlatformLimits): ParsedHash {
  if (hasher === "scrypt_firebase") return firebaseHash(format, text, limits);
  if (hasher === "scrypt_werkzeug") return werkzeugHash(format, text, limits);
  const { prefix, digest, salt, key } = rules[hasher];
  const [, found, iterations = "", saltText = "", keyText = "", length] =
    /^(pbkdf2_[a-z0-9_]+)\$([^$]*)\$([^$]+)\$([^$]+)(?:\$([^$]*))?$/.exec(text) ?? [];
  if (found !== prefix || (length !== undefined && hasher !== "pbkdf2_sha1")) {
    throw damaged(format, `not of the form ${prefix}$iterations$salt$key`);
  }
  const bytes = length === undefined ? undefined : parseCost(format, "as length of the key", length, pbkdf2KeyBytes);
  return pbkdf2Hash({
    ...{ format, digest, iterations, maxIterations: limits.maxIterations, salt: salt(saltText), key: key(keyText) },
    keyBytes: bytes === undefined ? pbkdf2KeyBytes : { min: bytes, max: bytes },
  });
}

const firebaseSyntax =
  /^(?<hash>[^$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)\$(?<separator>[^$]*)\$(?<rounds>[^$]+)\$(?<memory>[^$]+)$/;

function firebaseHash(format: string, text: string, limits: PlatformLimits): ParsedHash {
  const form = "hash$salt$signer key$salt separator$rounds$memory cost";
  const {
    hash = "",
    salt = "",
    key = "",
    separator = "",
    rounds = "",
    memory = "",
  } = fieldsOf(format, text, firebaseSyntax, form);
  const cost = { memoryCost: memory, rounds, limits: limits.scrypt };
  return firebaseScryptHash({ format, ...cost, hash, salt, separator, signerKey: key });
}

// Clerk's own description has a `$` in front that Werkzeug does not write.
const werkzeugSyntax = /^\$?scrypt:(?<n>[^:$]+):(?<r>[^:$]+):(?<p>[^:$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/;

function werkzeugHash(format: string, text: string, limits: PlatformLimits): ParsedHash {
  const {
    n = "",
    r = "",
    p = "",
    salt = "",
    key = "",
  } = fieldsOf(format, text, werkzeugSyntax, "scrypt:N:r:p$salt$hash");
  return scryptHash({
    ...{ format, limits: limits.scrypt, n, r, p, salt: asText(salt), key: decodeHex(key) ?? decodeBase64(key) },
    keyBytes: { min: 64, max: 64 },
  });
}
