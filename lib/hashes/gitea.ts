// Gitea and Forgejo: three columns, `passwd` (hex), `salt` and `passwd_hash_algo` (`argon2$2$65536$8$50`,
// `scrypt$65536$16$2$50`, `pbkdf2$50000$50`, or a bare name from before 1.19). A bare digest: the row names the format.
// Users with `bcrypt` have a bcrypt string in `passwd`, which is bcrypt()'s.
// Gitea modules/auth/password/hash: argon2.go, scrypt.go, pbkdf2.go, hash.go (the salt's two forms), setting.go (names).

import { type Argon2Bounds, type Argon2Limits, argon2Hash, readArgon2Bounds } from "../algorithms/argon2.ts";
import { deriveArgon2 } from "../algorithms/argon2-short-salt.ts";
import { pbkdf2Hash } from "../algorithms/pbkdf2.ts";
import { readScryptBounds, type ScryptBounds, type ScryptLimits, scryptHash } from "../algorithms/scrypt.ts";
import { decodeHex } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { type Bound, damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import type { HashFamily, ReadHash } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

/** Its `maxMemoryMiB` bounds Argon2 and scrypt alike. */
export interface GiteaSettings extends Argon2Bounds, ScryptBounds {
  /** For rows whose `passwd_hash_algo` is empty: the instance's PASSWORD_HASH_ALGO; default `pbkdf2`, as in Gitea. */
  readonly algorithm?: string;
}

const keyBytes: Bound = { min: 16, max: 128 };

/** What the bare names stand for in a row: the numbers from before they were written (not those of the config's names). */
const named: Readonly<Record<string, string>> = {
  argon2: "argon2$2$65536$8$50",
  scrypt: "scrypt$65536$16$2$50",
  pbkdf2: "pbkdf2$10000$50",
  pbkdf2_v2: "pbkdf2$50000$50",
  pbkdf2_v1: "pbkdf2$10000$50",
  pbkdf2_hi: "pbkdf2$320000$50",
};

/** Checks the hashes of Gitea and Forgejo. The row has `salt`, and `passwd_hash_algo` among its params. */
export function gitea(settings: GiteaSettings = {}): HashFormat {
  const forArgon2 = readArgon2Bounds(settings);
  const forScrypt = readScryptBounds(settings);
  const limits = { argon2: forArgon2.limits, scrypt: forScrypt.limits };
  const format: HashFormat = {
    name: "gitea",
    recognizes: (stored) => stored.format === "gitea",
    parse: (stored) => parse(stored, settings.algorithm ?? "pbkdf2", limits),
  };
  return withSettingFaults(format, [...forArgon2.faults, ...forScrypt.faults]);
}

function parse(
  stored: StoredPassword,
  usual: string,
  limits: { readonly argon2: Argon2Limits; readonly scrypt: ScryptLimits },
): ParsedHash {
  const key = decodeHex(encodedText("gitea", stored));
  const salt = saltBytes(stored.salt);
  const written = stored.params?.passwd_hash_algo;
  const algorithm = typeof written === "string" && written !== "" ? written : usual;
  const [name = "", ...numbers] = (Object.hasOwn(named, algorithm) ? (named[algorithm] ?? "") : algorithm).split("$");
  const length = parseCost("gitea", "as length of the key", numbers.at(-1) ?? "", keyBytes);
  const shared = { format: "gitea", salt, keyBytes: { min: length, max: length } };
  const [first = "", second = "", third = ""] = numbers;
  if (name === "argon2" && numbers.length === 4) {
    return argon2Hash({
      ...shared,
      ...{ variant: "argon2id", version: 19, passes: first, memoryKiB: second, lanes: third },
      ...{ tag: key, tagBytes: shared.keyBytes, deriveShortSalt: deriveArgon2, limits: limits.argon2 },
    });
  }
  if (name === "scrypt" && numbers.length === 4) {
    return scryptHash({ ...shared, n: first, r: second, p: third, key, limits: limits.scrypt });
  }
  if (name === "pbkdf2" && numbers.length === 2) {
    return pbkdf2Hash({ ...shared, digest: "sha256", iterations: first, key });
  }
  const message = "gitea: an unknown passwd_hash_algo, allowed argon2, scrypt, pbkdf2 and bare names of them";
  throw new MigrationError("HASH_UNKNOWN", message);
}

/** Ten characters are the salt itself, as old versions made it; anything else is hex. */
function saltBytes(salt: string | undefined): Uint8Array {
  if (salt === undefined || salt === "") throw damaged("gitea", "no salt beside the string");
  if (salt.length === 10) return Buffer.from(salt);
  const bytes = decodeHex(salt);
  if (bytes === undefined) throw damaged("gitea", "a salt that is neither ten characters nor hex");
  return bytes;
}

function readRow(encoded: string, params: Readonly<Record<string, unknown>>): ReadHash {
  const row = { format: "gitea", encoded, salt: textParam(params, "salt") };
  return { format: gitea(), stored: { ...row, params: { passwd_hash_algo: textParam(params, "passwd_hash_algo") } } };
}

export const giteaFamily: HashFamily = {
  name: "gitea",
  title: "Gitea, Forgejo",
  specified: "Gitea modules/auth/password/hash",
  bounds: "those of argon2, scrypt and PBKDF2; key 16 to 128 bytes",
  dialects: [
    {
      id: "gitea-argon2",
      example: "551f089f570f989975b6f7c6a8ff3cf89bc486dd7bbe87ed4d80ad4362f8ee599ec8dda78dac196301b98456402bcda775dc",
      beside: "salt column, passwd_hash_algo",
      usedBy: "Gitea, Forgejo (argon2)",
      couldBe: /^[0-9a-f]{100}$/,
      line: "gitea()",
      read: readRow,
    },
    {
      id: "gitea-scrypt",
      example: "3b571d0c07c62d42b7bad3dbf18fb0cd67d4d8cd4ad4c6928e1090e5b2a4a84437c6fd2627d897c0e7e65025ca62b67a0002",
      beside: "salt column, passwd_hash_algo",
      usedBy: "Gitea, Forgejo (scrypt)",
      couldBe: /^[0-9a-f]{100}$/,
      line: "gitea()",
      read: readRow,
    },
  ],
};
