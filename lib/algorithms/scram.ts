// What a server keeps for SCRAM (RFC 5802 section 3, RFC 7677), over PBKDF2.

import { createHash, createHmac } from "node:crypto";
import { compareBytes } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import { eitherHash } from "./either.ts";
import { utf8Text } from "./password-text.ts";
import { type Pbkdf2Digest, type Pbkdf2Hash, pbkdf2DigestBytes, pbkdf2Hash } from "./pbkdf2.ts";
import { saslprep } from "./saslprep.ts";

/** What is made of the salted password and compared: both keys one behind the other, one of them, or itself. */
export type ScramKeys = "stored and server" | "stored" | "server" | "salted";

export interface ScramHash extends Pick<Pbkdf2Hash, "format" | "digest" | "iterations" | "salt" | "maxIterations"> {
  readonly keys: ScramKeys;
  readonly expected: Uint8Array | undefined;
  /** What is hashed instead of the password in SASLprep's form: MongoDB's digest of it. */
  readonly prepare?: (password: Uint8Array) => Uint8Array;
}

/**
 * A hash that is ready to be checked. Where SASLprep changes a password, it is tried unchanged as well: PostgreSQL takes
 * the bytes as they are when the profile prohibits them or does not know a character.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function scramHash(hash: ScramHash): ParsedHash {
  const { digest, keys } = hash;
  const length = pbkdf2DigestBytes(digest);
  const expectedLength = keys === "stored and server" ? 2 * length : length;
  const reading = (prepare: (password: Uint8Array) => Uint8Array | undefined) =>
    pbkdf2Hash({
      format: hash.format,
      digest,
      iterations: hash.iterations,
      salt: hash.salt,
      maxIterations: hash.maxIterations,
      key: hash.expected,
      keyBytes: { min: expectedLength, max: expectedLength },
      prepare,
      finish: { keyLength: length, apply: (salted) => keysOf(salted, digest, keys) },
    });
  if (hash.prepare !== undefined) return reading(hash.prepare);
  return eitherHash([reading(prepared), reading((password) => (isPrepared(password) ? undefined : password))]);
}

function keysOf(salted: Uint8Array, digest: Pbkdf2Digest, keys: ScramKeys): Uint8Array {
  if (keys === "salted") return salted;
  const keyed = (label: string) => createHmac(digest, salted).update(label).digest();
  const server = keyed("Server Key");
  if (keys === "server") return server;
  const stored = createHash(digest).update(keyed("Client Key")).digest();
  return keys === "stored" ? stored : Buffer.concat([stored, server]);
}

function prepared(password: Uint8Array): Uint8Array | undefined {
  const text = utf8Text(password);
  const form = text === undefined ? undefined : saslprep(text);
  return form === undefined ? undefined : Buffer.from(form);
}

function isPrepared(password: Uint8Array): boolean {
  const form = prepared(password);
  if (form === undefined) return false;
  return password.length === 0 || compareBytes(form, password) === "match";
}
