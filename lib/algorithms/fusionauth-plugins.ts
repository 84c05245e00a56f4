// What two of FusionAuth's example plug-ins compute. github.com/FusionAuth/fusionauth-contrib, Password Hashing Plugins:
// ExampleCustomMD5SaltAppendedPasswordEncryptor, ExamplePBDKF2HMACSHA1PasswordEncryptor.

import { createHmac } from "node:crypto";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, costWithin, damaged } from "../core/hash-bounds.ts";
import { compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import { iteratedHash } from "./iterated-digest.ts";
import { derivePbkdf2 } from "./pbkdf2.ts";

export interface FusionauthPlugin {
  /** The format's name, for messages. */
  readonly format: string;
  readonly text: string;
  readonly factor: number;
}

const md5Bytes = 16;
/** As for FusionAuth's own digests. */
const maxRounds = 1_000_000;

/** Base64 of the iterated MD5 of password and salt, and of the salt behind it. @throws MigrationError HASH_DAMAGED */
export function md5SaltAppendedHash({ format, text, factor }: FusionauthPlugin, salt: Uint8Array): ParsedHash {
  const length = md5Bytes + salt.length;
  const whole = bytesWithin(format, "bytes of password", decodeBase64(text), { min: length, max: length });
  if (!Buffer.from(salt).equals(whole.subarray(md5Bytes))) {
    throw damaged(format, "another salt behind the digest than beside it");
  }
  return iteratedHash({
    ...{ format, digest: "md5", rounds: factor, maxRounds, expected: whole.subarray(0, md5Bytes) },
    first: (password) => Buffer.concat([password, salt]),
  });
}

const macBytes = 20;
const keyBytes = 64;
/** PBKDF2's four blocks of 20 bytes; its limit is 4 million iterations of SHA-1 for one block. */
const blocks = 4;
const usualIterations = 4_000_000;
const costMsPerIteration = 0.00044;

/**
 * HMAC-SHA1 of the password, keyed with 64 bytes of PBKDF2-SHA1 of it, in hexadecimal. The salt is the text that it is.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function keyedPasswordHash(
  { format, text, factor }: FusionauthPlugin,
  salt: string,
  maxIterations = usualIterations,
): ParsedHash {
  const expected = bytesWithin(format, "bytes of password", decodeHex(text), { min: macBytes, max: macBytes });
  const iterations = costWithin(format, "iterations", factor, { min: 1, max: Math.floor(maxIterations / blocks) });
  if (salt.length > 1024) throw damaged(format, `${salt.length} characters of salt, allowed 0 to 1024`);
  return {
    costMs: costMsPerIteration * iterations * blocks,
    memoryBytes: 4096,
    verify: async (password, signal) => {
      const bytes = passwordToHash(password, signal);
      const key = await derivePbkdf2(bytes, Buffer.from(salt), iterations, keyBytes, "sha1");
      return compareBytes(createHmac("sha1", key).update(bytes).digest(), expected);
    },
  };
}
