// Auth0's `custom_password_hash` of its bulk import: a JSON object with an algorithm and its hash, salt and password
// encoding. https://auth0.com/docs/manage-users/user-migration/bulk-user-import-database-schema-and-examples

import { type Digest, nodeDigests } from "../algorithms/digest.ts";
import { digestCheck } from "../algorithms/digest-check.ts";
import { type EncodedKind, encodedHash } from "../algorithms/encoded-hash.ts";
import {
  asFields,
  choice,
  decodeDigest,
  type Fields,
  field,
  optionalNumber,
  parseJson,
  requiredNumber,
  requiredText,
} from "../algorithms/json-fields.ts";
import { utf8Text } from "../algorithms/password-text.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { preparedHash } from "../algorithms/prepared-hash.ts";
import { rareDigests } from "../algorithms/rare-digest.ts";
import { scryptHash } from "../algorithms/scrypt.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { type Bound, bytesWithin, costWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type Auth0Settings = PlatformBounds;

const name = "auth0";
const digestAlgorithms = ["md4", "md5", "sha1", "sha256", "sha512"] as const;
const encodedKinds = { argon2: "argon2", bcrypt: "bcrypt", pbkdf2: "pbkdf2", ldap: "rfc2307" } as const;
const algorithms = [...digestAlgorithms, "hmac", "scrypt", "argon2", "bcrypt", "pbkdf2", "ldap"] as const;
const hmacDigests = ["md4", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512", "whirlpool"] as const;
const saltBytes: Bound = { min: 0, max: 1024 };
const keyBytes: Bound = { min: 1, max: 1024 };
const scryptKeyBytes: Bound = { min: 16, max: 128 };

/** Checks rows that are an Auth0 `custom_password_hash`, the object alone or with its name around it. */
export function auth0(settings: Auth0Settings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(
      name,
      /^\s*\{(?=.*"hash"\s*:\s*\{)(?=.*"algorithm"\s*:\s*"(?:argon2|bcrypt|hmac|ldap|md[45]|sha(?:1|256|512)|pbkdf2|scrypt)")/s,
    ),
    takesTheRest: true,
    parse(stored) {
      const object = asFields(name, "the row", parseJson(name, encodedText(name, stored)));
      const wrapped = field(object, "custom_password_hash");
      return parse(wrapped === undefined ? object : asFields(name, "custom_password_hash", wrapped), limits);
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: '{"algorithm":"bcrypt","hash":{"value":"$2b$10$IMyKkvzSG0abCnIoi3GxKutIGGMujdWC6ynPoa4MSqVzLG5/Bs55."}}',
    },
  };
  return withSettingFaults(format, faults);
}

function parse(object: Fields, limits: PlatformLimits): ParsedHash {
  const algorithm = choice(name, object, "algorithm", algorithms);
  const hash = asFields(name, "hash", field(object, "hash"));
  const password = asFields(name, "password", field(object, "password") ?? {});
  const encoding = choice(name, password, "encoding", passwordEncodings, "utf8");
  const parsed = parseAlgorithm(algorithm, object, hash, limits);
  return encoding === "utf8" ? parsed : preparedHash(parsed, (bytes) => recode(bytes, encoding));
}

function parseAlgorithm(
  algorithm: (typeof algorithms)[number],
  object: Fields,
  hash: Fields,
  limits: PlatformLimits,
): ParsedHash {
  switch (algorithm) {
    case "argon2":
    case "bcrypt":
    case "pbkdf2":
    case "ldap": {
      const kind: EncodedKind = encodedKinds[algorithm];
      const text = Buffer.from(decodedField("bytes of hash.value", hash, "utf8", keyBytes)).toString();
      return encodedHash({ format: name, text, kinds: [kind], limits });
    }
    case "scrypt":
      return parseScrypt(object, hash, limits);
    case "hmac":
      return parseHmac(hash);
    default:
      return parseDigest(digestNamed(algorithm), object, hash);
  }
}

function parseDigest(digest: Digest, object: Fields, hash: Fields): ParsedHash {
  const salt = saltOf(object);
  return digestCheck(digestField(hash, digest.bytes), async (password) => {
    const { digest: compute } = await digest.load();
    return compute(Buffer.concat(salt.first ? [salt.bytes, password] : [password, salt.bytes]));
  });
}

function parseHmac(hash: Fields): ParsedHash {
  const digest = digestNamed(choice(name, hash, "digest", hmacDigests));
  const written = asFields(name, "hash.key", field(hash, "key"));
  const key = decodedField("bytes of hash.key", written, "utf8", keyBytes);
  return digestCheck(digestField(hash, digest.bytes), async (password) => (await digest.load()).hmac(key, password));
}

function parseScrypt(object: Fields, hash: Fields, limits: PlatformLimits): ParsedHash {
  const length = costWithin(name, "as keylen", requiredNumber(name, object, "keylen"), scryptKeyBytes);
  return scryptHash({
    ...{ format: name, limits: limits.scrypt, n: optionalNumber(name, object, "cost") ?? 16_384 },
    r: optionalNumber(name, object, "blockSize") ?? 8,
    p: optionalNumber(name, object, "parallelization") ?? 1,
    salt: saltOf(object).bytes,
    key: digestField(hash, length),
    keyBytes: { min: length, max: length },
  });
}

function digestNamed(algorithm: string): Digest {
  const digest = nodeDigests.get(algorithm) ?? rareDigests.get(algorithm);
  if (digest === undefined) throw damaged(name, "an unknown digest");
  return digest;
}

/** Its length tells hexadecimal from base64, also where `encoding` is left out. */
function digestField(hash: Fields, bytes: number): Uint8Array {
  choice(name, hash, "encoding", ["hex", "base64", "utf8"], "hex");
  const decoded = decodeDigest(requiredText(name, hash, "value"), bytes);
  return bytesWithin(name, "bytes of hash", decoded, { min: bytes, max: bytes });
}

function saltOf(object: Fields): { readonly bytes: Uint8Array; readonly first: boolean } {
  const salt = field(object, "salt");
  if (salt === undefined) return { bytes: new Uint8Array(), first: true };
  const fields = asFields(name, "salt", salt);
  const first = choice(name, fields, "position", ["prefix", "suffix"], "prefix") === "prefix";
  return { bytes: decodedField("bytes of salt", fields, "utf8", saltBytes), first };
}

type Encoding = "utf8" | "hex" | "base64";

function decodedField(what: string, fields: Fields, usual: Encoding, bound: Bound): Uint8Array {
  const text = requiredText(name, fields, "value");
  const encoding = choice<Encoding>(name, fields, "encoding", ["utf8", "hex", "base64"], usual);
  const decoders = { utf8: (value: string) => Buffer.from(value), hex: decodeHex, base64: decodeBase64 };
  return bytesWithin(name, what, decoders[encoding](text), bound);
}

const passwordEncodings = ["utf8", "ascii", "utf16le", "ucs2", "latin1", "binary"] as const;

/** As Node's Buffer.from(password, encoding) has it: of a character that is not in Latin-1 the low byte stays. */
function recode(bytes: Uint8Array, encoding: (typeof passwordEncodings)[number]): Uint8Array | undefined {
  const text = utf8Text(bytes);
  return text === undefined ? undefined : Buffer.from(text, encoding);
}

export const auth0Family: HashFamily = {
  name,
  title: "Auth0 custom_password_hash",
  specified: "Auth0, Bulk User Import Database Schema and Examples",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "auth0-digest",
      example:
        '{"algorithm":"sha256","hash":{"value":"fe8fcb75f14f86043f9eedd0bfb7731e60353f4fdd331df95433f8f441347ab3","encoding":"hex"},"salt":{"value":"saltNaCl","encoding":"utf8","position":"prefix"},"password":{"encoding":"ascii"}}',
      usedBy: "Auth0's import: md4, md5, sha1, sha256, sha512",
    },
    {
      id: "auth0-hmac",
      example:
        '{"algorithm":"hmac","hash":{"value":"87c9ce6d8c23401807c2428b2d6d67ad","encoding":"hex","digest":"md5","key":{"value":"aG1hYy1rZXk=","encoding":"base64"}}}',
      usedBy: "Auth0's import: hmac",
    },
    {
      id: "auth0-scrypt",
      example:
        '{"algorithm":"scrypt","hash":{"value":"50d1776ad35d5d57e560aa6ed8d19fa7e553374f8bf8b8f6781311e1bb6578c5aa8dbc8319cd90cc34dd18e1c57c35de276e25b0d4efca9b3b2ce816ba9282f2","encoding":"hex"},"salt":{"value":"saltNaCl","encoding":"utf8"},"keylen":64,"cost":16384,"blockSize":8,"parallelization":1}',
      usedBy: "Auth0's import: scrypt",
    },
    {
      id: "auth0-encoded",
      example:
        '{"algorithm":"bcrypt","hash":{"value":"$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi","encoding":"utf8"}}',
      usedBy: "Auth0's import: bcrypt, argon2, pbkdf2, ldap",
    },
  ].map((dialect) => ({ ...dialect, line: "auth0()", read: stringAlone(auth0) })),
};
