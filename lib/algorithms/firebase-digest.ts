// The digests and HMACs that Firebase's importUsers takes besides scrypt: over the salt and the password in either order.
// https://firebase.google.com/docs/auth/admin/import-users

import { createHmac } from "node:crypto";
import { bytesWithin } from "../core/hash-bounds.ts";
import type { HashKey } from "../core/hash-key.ts";
import type { ParsedHash } from "../core/ports.ts";
import { digestCheck } from "./digest-check.ts";
import { readBase64Key } from "./firebase-scrypt.ts";
import { iteratedHash } from "./iterated-digest.ts";

const digests = { MD5: "md5", SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;
const hmacs = {
  HMAC_MD5: { digest: "md5", bytes: 16 },
  HMAC_SHA1: { digest: "sha1", bytes: 20 },
  HMAC_SHA256: { digest: "sha256", bytes: 32 },
  HMAC_SHA512: { digest: "sha512", bytes: 64 },
} as const;

export const firebaseDigests = ["MD5", "SHA1", "SHA256", "SHA512"] as const;
export const firebaseHmacs = ["HMAC_MD5", "HMAC_SHA1", "HMAC_SHA256", "HMAC_SHA512"] as const;
type FirebaseDigest = keyof typeof digests;
type FirebaseHmac = keyof typeof hmacs;

export function isFirebaseHmac(algorithm: string): algorithm is FirebaseHmac {
  return Object.hasOwn(hmacs, algorithm);
}

/** Firebase takes so many rounds at the most. */
const maxRounds = 8192;

interface SaltedHash {
  /** The format's name, for messages. */
  readonly format: string;
  /** Undefined when it could not be decoded. */
  readonly hash: Uint8Array | undefined;
  readonly salt: Uint8Array;
  readonly saltFirst: boolean;
}

/** @param hash.rounds All of them over the raw digest; none is one. @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY */
export function firebaseDigestHash(
  hash: SaltedHash & { readonly algorithm: FirebaseDigest; readonly rounds: number },
): ParsedHash {
  return iteratedHash({
    ...{ format: hash.format, digest: digests[hash.algorithm], expected: hash.hash, maxRounds },
    rounds: hash.rounds === 0 ? 1 : hash.rounds,
    first: (password) => salted(hash, password),
  });
}

/** @param hash.key The key's base64 text. @throws MigrationError HASH_DAMAGED */
export function firebaseHmacHash(
  hash: SaltedHash & { readonly algorithm: FirebaseHmac; readonly key: HashKey },
): ParsedHash {
  const { digest, bytes } = hmacs[hash.algorithm];
  const expected = bytesWithin(hash.format, "bytes of hash", hash.hash, { min: bytes, max: bytes });
  return digestCheck(expected, async (password, signal) => {
    const key = await readBase64Key(hash.format, hash.key, signal);
    return createHmac(digest, key).update(salted(hash, password)).digest();
  });
}

function salted({ salt, saltFirst }: SaltedHash, password: Uint8Array): Uint8Array {
  return Buffer.concat(saltFirst ? [salt, password] : [password, salt]);
}
