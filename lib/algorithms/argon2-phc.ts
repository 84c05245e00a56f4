// Argon2 in the PHC string `$argon2id$v=19$m=KiB,t=N,p=N[,keyid=..][,data=..]$salt$tag`, for the families that carry it.
// github.com/P-H-C/phc-string-format; phc-winner-argon2 src/encoding.c.

import { decodeBase64 } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { bytesWithin, damaged } from "../core/hash-bounds.ts";
import type { HashKey } from "../core/hash-key.ts";
import { parsePhc } from "../core/phc.ts";
import type { ParsedHash } from "../core/ports.ts";
import { type Argon2Limits, argon2Hash, parseArgon2Variant } from "./argon2.ts";
import type { Prepare } from "./prepare.ts";

export interface Argon2Extras {
  readonly secret?: HashKey | undefined;
  /** What Argon2 gets instead of the password's bytes. */
  readonly prepare?: Prepare;
}

/**
 * A hash that is ready to be checked. A string without `v=` is of version 16.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY, HASH_UNKNOWN for a string that names a key when none is set.
 */
export function argon2PhcHash(
  format: string,
  text: string,
  limits: Argon2Limits,
  { secret, prepare }: Argon2Extras = {},
): ParsedHash {
  const phc = parsePhc(format, text, { required: ["m", "t", "p"], optional: ["keyid", "data"] });
  const variant = parseArgon2Variant(format, phc.id);
  if (phc.get("keyid") !== undefined && secret === undefined) {
    // Without the key every password would seem wrong.
    throw new MigrationError("HASH_UNKNOWN", `${format}: the string names a key (keyid), and no secret is set`);
  }
  return argon2Hash({
    format,
    variant,
    version: parseVersion(format, phc.version),
    memoryKiB: phc.get("m") ?? "",
    passes: phc.get("t") ?? "",
    lanes: phc.get("p") ?? "",
    salt: decodeBase64(phc.salt),
    tag: decodeBase64(phc.digest),
    data: bytesWithin(format, "bytes of data", decodeBase64(phc.get("data") ?? ""), { min: 0, max: 256 }),
    secret,
    limits,
    ...(prepare === undefined ? {} : { prepare }),
  });
}

/** The reference implementation wrote no version before 1.3. */
function parseVersion(format: string, version: string | undefined): 16 | 19 {
  if (version === undefined || version === "16") return 16;
  if (version === "19") return 19;
  throw damaged(format, "an unknown version, allowed 16 and 19");
}
