// Stytch's password migration: the JSON body of its migrate call, `{ hash, hash_type, md_5_config, … }`. Stytch's own
// export is scrypt-columns'. https://stytch.com/docs/api/password-migrate

import { argon2Hash } from "../algorithms/argon2.ts";
import { eitherHash } from "../algorithms/either.ts";
import { encodedHash } from "../algorithms/encoded-hash.ts";
import { type IteratedDigest, iteratedHash } from "../algorithms/iterated-digest.ts";
import {
  asFields,
  choice,
  decodeAnyBase64,
  decodeDigest,
  type Fields,
  field,
  optionalText,
  parseJson,
  requiredNumber,
  requiredText,
} from "../algorithms/json-fields.ts";
import { pbkdf2Hash } from "../algorithms/pbkdf2.ts";
import { phpassStringHash } from "../algorithms/phpass-string.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { scryptHash } from "../algorithms/scrypt.ts";
import { decodeHex } from "../core/encodings.ts";
import { costWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type StytchSettings = PlatformBounds;

const name = "stytch";
const types = ["bcrypt", "md_5", "argon_2i", "argon_2id", "sha_1", "sha_512", "scrypt", "phpass", "pbkdf_2"] as const;
const keyLengths = { min: 16, max: 128 };
const maxSaltLength = 1024;

/** Checks rows that are the body of Stytch's migrate call. */
export function stytch(settings: StytchSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\s*\{(?=.*"hash"\s*:\s*")(?=.*"hash_type"\s*:\s*")/s),
    takesTheRest: true,
    parse: (stored) => parse(asFields(name, "the row", parseJson(name, encodedText(name, stored))), limits),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: '{"hash_type":"bcrypt","hash":"$2b$10$RiNm8T6U8A7Dy0VtXstVC.APmL.mNQwI3mG3o2K8WN6y2EpdYKJJ."}' },
  };
  return withSettingFaults(format, faults);
}

function parse(body: Fields, limits: PlatformLimits): ParsedHash {
  const hash = requiredText(name, body, "hash");
  const written = optionalText(name, body, "hash_type");
  const type = choice(name, { hash_type: written === "pbkdf2" ? "pbkdf_2" : written }, "hash_type", types);
  switch (type) {
    case "bcrypt":
      return encodedHash({ format: name, text: hash, kinds: ["bcrypt"], limits });
    case "phpass":
      return phpassStringHash(name, hash);
    case "md_5":
      return digestHash("md5", 16, hash, config(body, "md_5_config"));
    case "sha_1":
      return digestHash("sha1", 20, hash, config(body, "sha_1_config"));
    case "sha_512":
      return digestHash("sha512", 64, hash, config(body, "sha_512_config"));
    case "argon_2i":
    case "argon_2id":
      if (hash.startsWith("$")) return encodedHash({ format: name, text: hash, kinds: ["argon2"], limits });
      return rawArgon2(type === "argon_2i" ? "argon2i" : "argon2id", hash, config(body, "argon_2_config"), limits);
    case "scrypt":
      if (hash.startsWith("$")) return encodedHash({ format: name, text: hash, kinds: ["scrypt"], limits });
      return rawScrypt(hash, config(body, "scrypt_config"), limits);
    case "pbkdf_2":
      return rawPbkdf2(hash, config(body, "pbkdf_2_config"), limits);
  }
}

function config(body: Fields, key: string): Fields {
  return asFields(name, key, field(body, key) ?? {});
}

function digestHash(digest: IteratedDigest, bytes: number, hash: string, salts: Fields): ParsedHash {
  const before = Buffer.from(saltText(salts, "prepend_salt"));
  const after = Buffer.from(saltText(salts, "append_salt"));
  return iteratedHash({
    ...{ format: name, digest, rounds: 1, maxRounds: 1, expected: decodeDigest(hash, bytes) },
    first: (password) => Buffer.concat([before, password, after]),
  });
}

function saltText(salts: Fields, key: string): string {
  const salt = optionalText(name, salts, key) ?? "";
  if (salt.length > maxSaltLength) throw damaged(name, `${salt.length} characters of ${key}, allowed ${maxSaltLength}`);
  return salt;
}

function keyLength(written: Fields): number {
  return costWithin(name, "as key_length", requiredNumber(name, written, "key_length"), keyLengths);
}

/** The tag in hexadecimal; the salt as text, which Stytch's description does not call encoded. */
function rawArgon2(variant: "argon2i" | "argon2id", hash: string, written: Fields, limits: PlatformLimits): ParsedHash {
  const bytes = keyLength(written);
  return argon2Hash({
    ...{ format: name, variant, version: 19, limits: limits.argon2 },
    ...{ memoryKiB: requiredNumber(name, written, "memory"), lanes: requiredNumber(name, written, "threads") },
    passes: requiredNumber(name, written, "iteration_amount"),
    salt: Buffer.from(requiredText(name, written, "salt")),
    ...{ tag: decodeHex(hash), tagBytes: { min: bytes, max: bytes } },
  });
}

/** The migrate call takes a salt in base64; the salts of Stytch's own export were hashed as the text that they are. */
function rawScrypt(hash: string, written: Fields, limits: PlatformLimits): ParsedHash {
  const bytes = keyLength(written);
  const salt = requiredText(name, written, "salt");
  const shared = {
    ...{ format: name, limits: limits.scrypt, key: decodeAnyBase64(hash), keyBytes: { min: bytes, max: bytes } },
    n: requiredNumber(name, written, "n_parameter"),
    r: requiredNumber(name, written, "r_parameter"),
    p: requiredNumber(name, written, "p_parameter"),
  };
  const decoded = decodeAnyBase64(salt);
  const readings = [Buffer.from(salt), ...(decoded === undefined ? [] : [decoded])];
  return eitherHash(readings.map((one) => scryptHash({ ...shared, salt: one })));
}

/** Stytch takes SHA-256 alone. */
function rawPbkdf2(hash: string, written: Fields, limits: PlatformLimits): ParsedHash {
  const bytes = keyLength(written);
  return pbkdf2Hash({
    ...{ format: name, digest: "sha256", maxIterations: limits.maxIterations },
    iterations: requiredNumber(name, written, "iteration_amount"),
    salt: decodeAnyBase64(requiredText(name, written, "salt")),
    ...{ key: decodeAnyBase64(hash), keyBytes: { min: bytes, max: bytes } },
  });
}

export const stytchFamily: HashFamily = {
  name,
  title: "Stytch password migration",
  specified: "Stytch, Passwords API, migrate",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "stytch-encoded",
      example: '{"hash_type": "bcrypt", "hash": "$2b$05$JpKwBBuI10QGvVsR2/l9Q.pCanRMw.JFqCemeKyyH.9zjyNvAmGU2"}',
      usedBy: "Stytch: bcrypt, phpass, PHC strings",
    },
    {
      id: "stytch-digest",
      example:
        '{"hash_type": "md_5", "hash": "675a2dfffa7329c59ec774e5c696e65b", "md_5_config": {"prepend_salt": "before", "append_salt": "after"}}',
      usedBy: "Stytch: md_5, sha_1, sha_512",
    },
    {
      id: "stytch-argon2-config",
      example:
        '{"hash_type": "argon_2i", "hash": "ada3fe366cbd8aec9706f9d2bc290c07d993b439be0f66cd70e062f151c2db27", "argon_2_config": {"salt": "saltsaltsalt", "iteration_amount": 2, "memory": 256, "threads": 2, "key_length": 32}}',
      usedBy: "Stytch: argon_2i, argon_2id",
    },
    {
      id: "stytch-scrypt-config",
      example:
        '{"hash_type": "scrypt", "hash": "MdxXgsRfCNI3dXW4FoG6lVgAwmJJmLDV0KZxKilyqC0=", "scrypt_config": {"salt": "i2vMMsPDcIp39lJI8dcu0w==", "n_parameter": 1024, "r_parameter": 8, "p_parameter": 1, "key_length": 32}}',
      usedBy: "Stytch: scrypt",
    },
    {
      id: "stytch-pbkdf2-config",
      example:
        '{"hash_type": "pbkdf2", "hash": "X6DVPIdcXyqkdBXm7bW8dKXKvUq9ZkF+wI3chQY80uM=", "pbkdf_2_config": {"salt": "i2vMMsPDcIp39lJI8dcu0w==", "iteration_amount": 1000, "key_length": 32}}',
      usedBy: "Stytch: pbkdf_2",
    },
  ].map((dialect) => ({ ...dialect, line: "stytch()", read: stringAlone(stytch) })),
};
