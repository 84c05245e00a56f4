// scrypt in the string `$scrypt[$v=1]$ln=14,r=8,p=1[,kl=64]$salt$key` of passlib, and with `n=` for `ln=`.

import { decodeBase64 } from "../core/encodings.ts";
import { damaged, parseCost } from "../core/hash-bounds.ts";
import { parsePhc } from "../core/phc.ts";
import type { ParsedHash } from "../core/ports.ts";
import { type ScryptHash, type ScryptLimits, scryptHash, scryptKeyBytes } from "./scrypt.ts";

/** What a string says; the limits are the config's. */
export type WrittenScrypt = Omit<ScryptHash, "format" | "limits">;

/**
 * A hash that is ready to be checked.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function scryptPhcHash(format: string, text: string, limits: ScryptLimits): ParsedHash {
  return scryptHash({ format, limits, ...readScryptPhc(format, text) });
}

/**
 * What a string says.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function readScryptPhc(format: string, text: string): WrittenScrypt {
  const phc = parsePhc(format, text, { required: ["r", "p"], optional: ["ln", "n", "kl"] });
  if (phc.version !== undefined && phc.version !== "1") throw damaged(format, "an unknown version, supported is 1");
  const ln = phc.get("ln");
  const n = phc.get("n");
  if ((ln === undefined) === (n === undefined)) throw damaged(format, "ln and n: one of the two is allowed");
  const kl = phc.get("kl");
  return {
    n: n ?? parseLn(format, ln ?? ""),
    r: phc.get("r") ?? "",
    p: phc.get("p") ?? "",
    salt: decodeBase64(phc.salt),
    key: decodeBase64(phc.digest),
    ...(kl === undefined ? {} : { keyBytes: exactly(parseCost(format, "as kl", kl, scryptKeyBytes)) }),
  };
}

function exactly(length: number): { readonly min: number; readonly max: number } {
  return { min: length, max: length };
}

/** `ln` is log2 N, but Ory Kratos writes N itself there. Nobody configures an N below 64, and no log2 N reaches 64. */
function parseLn(format: string, text: string): number {
  const value = parseCost(format, "as ln", text, { min: 1, max: 2 ** 31 });
  return value < 64 ? 2 ** value : value;
}
