// FusionAuth's password schemes, its own and those of some of its example plug-ins.
// https://fusionauth.io/docs/reference/password-hashes, github.com/FusionAuth/fusionauth-contrib

import { createHmac } from "node:crypto";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, costWithin, damaged } from "../core/hash-bounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { bcryptHash } from "./bcrypt.ts";
import { digestCheck } from "./digest-check.ts";
import { type FactorPhpass, factorPhpassHash } from "./factor-phpass.ts";
import { keyedPasswordHash, md5SaltAppendedHash } from "./fusionauth-plugins.ts";
import { type IteratedDigest, iteratedHash } from "./iterated-digest.ts";
import { decodeDigest } from "./json-fields.ts";
import { type Pbkdf2Digest, pbkdf2Hash } from "./pbkdf2.ts";

const pbkdf2Schemes: Readonly<Record<string, { readonly digest: Pbkdf2Digest; readonly bytes: number }>> = {
  "salted-pbkdf2-hmac-sha256": { digest: "sha256", bytes: 32 },
  "salted-pbkdf2-hmac-sha256-512": { digest: "sha256", bytes: 64 },
  "salted-pbkdf2-hmac-sha512-512": { digest: "sha512", bytes: 64 },
  // Of the example plug-ins: ExampleRfc2898DeriveBytes.
  "salted-pbkdf2-hmac-sha1-256": { digest: "sha1", bytes: 32 },
};

export const fusionauthSchemes = [
  "bcrypt",
  "phpass-md5",
  "phpass-sha512",
  "salted-md5",
  "salted-sha256",
  "salted-hmac-sha256",
  "salted-pbkdf2-hmac-sha256",
  "salted-pbkdf2-hmac-sha256-512",
  "salted-pbkdf2-hmac-sha512-512",
  "salted-pbkdf2-hmac-sha1-256",
  "md5-salt-appended",
  "pbkdf2-hmac-sha1-hex",
] as const;
export type FusionauthScheme = (typeof fusionauthSchemes)[number];

export interface FusionauthHash {
  /** The format's name, for messages. */
  readonly format: string;
  readonly scheme: FusionauthScheme;
  readonly text: string;
  readonly salt: string;
  readonly factor: number;
  readonly maxCost: number;
  readonly maxIterations: number | undefined;
}

const saltBytes = { min: 0, max: 1024 };
/** FusionAuth recommends 20,000 rounds and more of a digest; a million takes 1.5 s on one whole processor. */
const maxRounds = 1_000_000;

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function fusionauthHash(hash: FusionauthHash): ParsedHash {
  const { format, scheme, text, salt, factor, maxCost, maxIterations } = hash;
  switch (scheme) {
    case "bcrypt":
      if (salt.length !== 22 || text.length !== 31)
        throw damaged(format, "bcrypt without 22 characters of salt and 31 of password");
      return bcryptHash(format, `$2a$${costText(format, factor)}$${salt}${text}`, maxCost);
    case "phpass-md5":
    case "phpass-sha512":
      return factorPhpassHash({ format, digest: phpassDigests[scheme], text, salt, rounds: factor });
    case "salted-md5":
      return digestHash(format, "md5", decodeDigest(text, 16), decodedSalt(format, salt), factor);
    case "salted-sha256":
      return digestHash(format, "sha256", decodeDigest(text, 32), decodedSalt(format, salt), factor);
    case "md5-salt-appended":
      return md5SaltAppendedHash({ format, text, factor: factor }, decodedSalt(format, salt));
    case "salted-hmac-sha256": {
      const expected = bytesWithin(format, "bytes of password", decodeDigest(text, 32), { min: 32, max: 32 });
      const key = decodedSalt(format, salt);
      return digestCheck(expected, (password) => createHmac("sha256", key).update(password).digest());
    }
    case "pbkdf2-hmac-sha1-hex":
      return keyedPasswordHash({ format, text, factor: factor }, salt, maxIterations);
    default: {
      const { digest, bytes } = pbkdf2Schemes[scheme] ?? { digest: "sha256", bytes: 32 };
      return pbkdf2Hash({
        ...{ format, digest, iterations: factor, maxIterations, salt: decodedSalt(format, salt) },
        ...{ key: decodeBase64(text), keyBytes: { min: bytes, max: bytes } },
      });
    }
  }
}

const phpassDigests: Readonly<Record<"phpass-md5" | "phpass-sha512", FactorPhpass["digest"]>> = {
  "phpass-md5": "md5",
  "phpass-sha512": "sha512",
};

function costText(format: string, factor: number): string {
  return String(costWithin(format, "as factor of bcrypt", factor, { min: 4, max: 31 })).padStart(2, "0");
}

function decodedSalt(format: string, salt: string): Uint8Array {
  return bytesWithin(format, "bytes of salt", decodeBase64(salt), saltBytes);
}

function digestHash(
  format: string,
  digest: IteratedDigest,
  expected: Uint8Array | undefined,
  salt: Uint8Array,
  rounds: number,
): ParsedHash {
  const first = (password: Uint8Array): Uint8Array => Buffer.concat([password, salt]);
  return iteratedHash({ format, digest, rounds, maxRounds, expected, first });
}
