// Firebase Authentication's own scrypt (github.com/firebase/scrypt): what scrypt derives encrypts the project's signer
// key with AES-256-CTR, and the result is the hash. Taken by most importers, each in a string of its own.

import { createCipheriv } from "node:crypto";
import { MigrationError } from "../core/errors.ts";
import { bytesWithin, damaged, parseCost } from "../core/hash-bounds.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import type { ParsedHash } from "../core/ports.ts";
import { decodeAnyBase64 } from "./json-fields.ts";
import { type ScryptLimits, scryptHash } from "./scrypt.ts";

/** Firebase allows a memory cost of 1 to 14; Kratos takes 17. The memory's own bound is the scrypt's. */
const memoryCosts = { min: 1, max: 30 };
/** Firebase's signer keys have 64 bytes, and a hash is as long as its key. */
const hashBytes = { min: 16, max: 128 };
const separatorBytes = { min: 0, max: 64 };
const derivedBytes = 32;

export interface FirebaseScryptHash {
  /** The format's name, for messages. */
  readonly format: string;
  /** log2 N. */
  readonly memoryCost: number | string;
  /** r. */
  readonly rounds: number | string;
  /** p; 1 in Firebase. */
  readonly parallelization?: number | string;
  /** Base64 of either alphabet: the CLI's export has the one, the Admin SDK's the other. */
  readonly salt: string;
  readonly separator: string;
  readonly hash: string;
  /** Base64 as Firebase's console shows it: in the row, or project-wide. */
  readonly signerKey: string | HashKey;
  readonly limits: ScryptLimits;
}

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function firebaseScryptHash(stored: FirebaseScryptHash): ParsedHash {
  const { format, signerKey, limits } = stored;
  const memoryCost = parseCost(format, "as memory cost", `${stored.memoryCost}`, memoryCosts);
  const salt = bytesWithin(format, "bytes of salt", decodeAnyBase64(stored.salt), { min: 1, max: 1024 });
  const separator = bytesWithin(format, "bytes of salt separator", decodeAnyBase64(stored.separator), separatorBytes);
  const inRow =
    typeof signerKey === "string"
      ? bytesWithin(format, "bytes of signer key", decodeAnyBase64(signerKey), hashBytes)
      : undefined;
  const hash = bytesWithin(
    format,
    "bytes of hash",
    decodeAnyBase64(stored.hash),
    inRow === undefined ? hashBytes : { min: inRow.length, max: inRow.length },
  );
  return scryptHash({
    ...{ format, limits, n: 2 ** memoryCost, r: stored.rounds, p: stored.parallelization ?? 1 },
    salt: Buffer.concat([salt, separator]),
    key: hash,
    keyBytes: hashBytes,
    finish: {
      keyLength: derivedBytes,
      apply: async (derived, signal) => {
        const key = typeof signerKey === "string" ? inRow : await readBase64Key(format, signerKey, signal);
        const cipher = createCipheriv("aes-256-ctr", derived, new Uint8Array(16));
        return Buffer.concat([cipher.update(key ?? new Uint8Array()), cipher.final()]);
      },
    },
  });
}

/**
 * A project-wide key that is kept as its base64 text.
 * @throws MigrationError SECRET_INVALID for another text, SECRET_UNAVAILABLE
 */
export async function readBase64Key(format: string, key: HashKey, signal: AbortSignal): Promise<Uint8Array> {
  const text = Buffer.from(await readHashKey(key, signal)).toString("latin1");
  const bytes = decodeAnyBase64(text.trim());
  if (bytes === undefined || bytes.length === 0) {
    throw new MigrationError(
      "SECRET_INVALID",
      `${format}: the key is no base64; keep it as Firebase's console shows it`,
    );
  }
  return bytes;
}

/** Fields of a string, each behind a `$` and named by the groups of a pattern. @throws MigrationError HASH_DAMAGED */
export function fieldsOf(
  format: string,
  text: string,
  pattern: RegExp,
  form: string,
): Readonly<Record<string, string>> {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) throw damaged(format, `not of the form ${form}`);
  return groups;
}
