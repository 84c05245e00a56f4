// Gitea's and Forgejo's PBKDF2: the key in hexadecimal (`passwd`), with `salt` and `passwd_hash_algo` columns.
// github.com/go-gitea/gitea, modules/auth/password/hash/pbkdf2.go and hash.go.

import {
  type Pbkdf2Bounds,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export type GiteaPbkdf2Settings = Pbkdf2Bounds;

const name = "gitea-pbkdf2";
/** What the column says without numbers: the only settings before Gitea wrote them down. */
const unnamed = "pbkdf2$10000$50";
/** Old salts are ten characters, hashed as they stand; later ones are hexadecimal. */
const textSaltCharacters = 10;

/** Checks Gitea's PBKDF2 hashes, in rows that name the format and bring `salt` and `params.passwd_hash_algo`. */
export function giteaPbkdf2(settings: GiteaPbkdf2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    parse: (stored) => parse(stored, maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      format: name,
      encoded: "410609fb985dea2907e8e1d86ed8d2833b6219c756c367e8267278a37f4f70b10ebc0a42ad115347993053196358f0034925",
      salt: "81b31e75066bd26e2d334feef3aa464d",
      params: { passwd_hash_algo: "pbkdf2$50000$50" },
    },
  };
  return withSettingFaults(format, faults);
}

function parse(stored: StoredPassword, maxIterations: number | undefined): ParsedHash {
  const key = decodeHex(encodedText(name, stored));
  const { salt } = stored;
  if (salt === undefined) throw damaged(name, "no salt beside the string");
  const algorithm = stored.params?.passwd_hash_algo ?? unnamed;
  const [, iterations, length = ""] =
    /^pbkdf2\$([^$]*)\$([^$]*)$/.exec(algorithm === "pbkdf2" ? unnamed : String(algorithm)) ?? [];
  if (iterations === undefined) throw damaged(name, "passwd_hash_algo beside the string is not pbkdf2$N$length");
  const bytes = parseCost(name, "bytes of key", length, pbkdf2KeyBytes);
  return pbkdf2Hash({
    format: name,
    digest: "sha256",
    iterations,
    salt: salt.length === textSaltCharacters ? Buffer.from(salt) : decodeHex(salt),
    key,
    keyBytes: { min: bytes, max: bytes },
    maxIterations,
  });
}

export const giteaPbkdf2Family: HashFamily = {
  name,
  title: "Gitea, PBKDF2",
  specified: "Gitea's modules/auth/password/hash",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "gitea-pbkdf2",
      example: "45d6cdc843d65cf0eda7b90ab41435762a282f7df013477a1c5b212ba81dbdca2edf1ecc4b5cb05956bb9e0c37ab29315d78",
      beside: "salt and passwd_hash_algo columns",
      usedBy: "Gitea, Forgejo",
      couldBe: /^[0-9a-f]{100}$/,
      line: "giteaPbkdf2()",
      read: (encoded, params) => ({
        format: giteaPbkdf2(),
        stored: {
          format: name,
          encoded,
          salt: textParam(params, "salt"),
          params: { passwd_hash_algo: textParam(params, "passwd_hash_algo") },
        },
      }),
    },
  ],
};
