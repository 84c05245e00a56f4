// The strings of Spring Security's password encoders that are its own.
// docs.spring.io/spring-security/site/docs/current/api, org.springframework.security.crypto.

import { hash } from "node:crypto";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged } from "../core/hash-bounds.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import type { ParsedHash } from "../core/ports.ts";
import { digestCheck } from "./digest-check.ts";
import { iteratedHash } from "./iterated-digest.ts";
import { decodeDigest } from "./json-fields.ts";
import { md4, md4Bytes } from "./md4.ts";
import { type Pbkdf2Digest, pbkdf2Hash } from "./pbkdf2.ts";
import { type ScryptLimits, scryptHash } from "./scrypt.ts";

const digests = {
  MD4: { bytes: md4Bytes, compute: md4 },
  MD5: { bytes: 16, compute: (data: Uint8Array) => hash("md5", data, "buffer") },
  "SHA-1": { bytes: 20, compute: (data: Uint8Array) => hash("sha1", data, "buffer") },
  "SHA-256": { bytes: 32, compute: (data: Uint8Array) => hash("sha256", data, "buffer") },
} as const;

/** `{salt}digest` of MessageDigestPasswordEncoder and Md4PasswordEncoder: the braces are hashed behind the password. */
export function springDigestHash(format: string, id: keyof typeof digests, text: string): ParsedHash {
  const { bytes, compute } = digests[id];
  const [, salt = "", written = ""] = /^(\{[^{}]{0,1024}\})?([^{}]+)$/.exec(text) ?? [];
  if (written === "") throw damaged(format, "not of the form {salt}digest");
  const expected = bytesWithin(format, "bytes of digest", decodeDigest(written, bytes), { min: bytes, max: bytes });
  const tail = Buffer.from(salt);
  return digestCheck(expected, (password) => compute(Buffer.concat([password, tail])));
}

const standardSaltBytes = 8;
const standardRounds = 1024;

/** StandardPasswordEncoder: hexadecimal of 8 bytes of salt and SHA-256, 1,024 times, of salt, secret and password. */
export function springStandardHash(format: string, text: string, secret: HashKey | undefined): ParsedHash {
  const length = standardSaltBytes + 32;
  const whole = bytesWithin(format, "bytes of salt and digest", decodeHex(text), { min: length, max: length });
  const salt = whole.subarray(0, standardSaltBytes);
  return iteratedHash({
    ...{ format, digest: "sha256", rounds: standardRounds, maxRounds: standardRounds },
    expected: whole.subarray(standardSaltBytes),
    first: async (password, signal) => {
      const key = secret === undefined ? new Uint8Array() : await readHashKey(secret, signal);
      return Buffer.concat([salt, key, password]);
    },
  });
}

export interface SpringPbkdf2 {
  readonly digest: Pbkdf2Digest;
  readonly iterations: number;
  readonly saltLength: number;
}

const pbkdf2KeyBytes = 32;

/** Pbkdf2PasswordEncoder: hexadecimal of salt and key; the secret stands behind the salt. */
export function springPbkdf2Hash(
  format: string,
  text: string,
  { digest, iterations, saltLength }: SpringPbkdf2,
  maxIterations: number | undefined,
  secret: HashKey | undefined,
): ParsedHash {
  const length = saltLength + pbkdf2KeyBytes;
  const whole = bytesWithin(format, "bytes of salt and key", decodeHex(text), { min: length, max: length });
  return pbkdf2Hash({
    ...{ format, digest, iterations, maxIterations, saltTail: secret },
    ...{ salt: whole.subarray(0, saltLength), key: whole.subarray(saltLength) },
    keyBytes: { min: pbkdf2KeyBytes, max: pbkdf2KeyBytes },
  });
}

/** SCryptPasswordEncoder: `$params$salt$key`, params one hexadecimal number, log2 N << 16 | r << 8 | p. */
export function springScryptHash(format: string, text: string, limits: ScryptLimits): ParsedHash {
  const [, params, salt = "", key = ""] =
    /^\$([0-9A-Fa-f]{5,8})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (params === undefined) throw damaged(format, "not of the form $params$salt$key");
  const value = Number.parseInt(params, 16);
  return scryptHash({
    ...{ format, limits, n: 2 ** (value >>> 16), r: (value >>> 8) & 255, p: value & 255 },
    ...{ salt: decodeBase64(salt), key: decodeBase64(key) },
  });
}
