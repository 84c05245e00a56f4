// PBKDF2 in the PHC string `$pbkdf2-sha256$i=N[,l=L]$salt$key`, for the platforms that take it.

import { decodeBase64 } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { damaged, parseCost } from "../core/hash-bounds.ts";
import { parsePhc } from "../core/phc.ts";
import type { ParsedHash } from "../core/ports.ts";
import { type Pbkdf2Digest, pbkdf2DigestBytes, pbkdf2Hash, pbkdf2KeyBytes } from "./pbkdf2.ts";

export type PhcDigests = ReadonlyMap<string, Pbkdf2Digest>;

/** What most writers mean by the names. */
export const phcDigests: PhcDigests = new Map([
  ["md5", "md5"],
  ["sha1", "sha1"],
  ["sha224", "sha224"],
  ["sha256", "sha256"],
  ["sha384", "sha384"],
  ["sha512", "sha512"],
]);

/**
 * A hash that is ready to be checked. Without `l` the key has the digest's own length.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY, HASH_UNKNOWN for a digest that is not among these.
 */
export function pbkdf2PhcHash(
  format: string,
  text: string,
  maxIterations: number | undefined,
  digests: PhcDigests = phcDigests,
): ParsedHash {
  const phc = parsePhc(format, text, { required: ["i"], optional: ["l"] });
  if (phc.version !== undefined && phc.version !== "1") throw damaged(format, "an unknown version, supported is 1");
  const digest = phc.id.startsWith("pbkdf2-") ? digests.get(phc.id.slice("pbkdf2-".length)) : undefined;
  if (digest === undefined) {
    const message = `${format}: an unknown digest of PBKDF2, allowed ${[...digests.keys()].join(", ")}`;
    throw new MigrationError("HASH_UNKNOWN", message);
  }
  const length = phc.get("l");
  const bytes = length === undefined ? pbkdf2DigestBytes(digest) : parseCost(format, "as l", length, pbkdf2KeyBytes);
  return pbkdf2Hash({
    format,
    digest,
    iterations: phc.get("i") ?? "",
    salt: decodeBase64(phc.salt),
    key: decodeBase64(phc.digest),
    keyBytes: { min: bytes, max: bytes },
    maxIterations,
  });
}
