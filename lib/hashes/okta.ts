// Okta's hashed password import: the JSON object of `credentials.password.hash`.
// https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ (createUser, password hash object)

import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { type IteratedDigest, iteratedHash } from "../algorithms/iterated-digest.ts";
import {
  asFields,
  choice,
  type Fields,
  optionalText,
  parseJson,
  requiredNumber,
  requiredText,
} from "../algorithms/json-fields.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, costWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily, HashParams, ReadHash } from "../core/hash-family.ts";
import { optionalText as optionalParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface OktaSettings extends BcryptBounds, Pbkdf2Bounds {}

const name = "okta";
const digests = new Map<string, IteratedDigest>([
  ["SHA-512", "sha512"],
  ["SHA-256", "sha256"],
  ["SHA-1", "sha1"],
  ["MD5", "md5"],
]);
const algorithms = ["BCRYPT", "PBKDF2", ...digests.keys()];
const saltBytes = { min: 0, max: 1024 };
const workFactors = { min: 1, max: 31 };
const keySizes = { min: 16, max: 1024 };

/** Checks rows that are Okta's password hash object. */
export function okta(settings: OktaSettings = {}): HashFormat {
  const bcrypt = readBcryptBounds(settings);
  const pbkdf2 = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(
      name,
      /^\s*\{(?=.*"value"\s*:\s*")(?=.*"algorithm"\s*:\s*"(?:BCRYPT|SHA-512|SHA-256|SHA-1|MD5|PBKDF2)")/s,
    ),
    takesTheRest: true,
    parse(stored) {
      const object = asFields(name, "the row", parseJson(name, encodedText(name, stored)));
      const algorithm = choice(name, object, "algorithm", algorithms);
      if (algorithm === "BCRYPT") return parseBcrypt(object, bcrypt.maxCost);
      if (algorithm === "PBKDF2") return parsePbkdf2(object, pbkdf2.maxIterations);
      return parseDigest(digests.get(algorithm) ?? "sha512", object);
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        '{"algorithm":"BCRYPT","workFactor":10,"salt":"PQuOxwb82dmCDaINUbIQ7u","value":"6zjIZB3QQLE2xptU6yuEJ9b.WNHjFu."}',
    },
  };
  return withSettingFaults(format, [...bcrypt.faults, ...pbkdf2.faults]);
}

function parseBcrypt(object: Fields, maxCost: number): ParsedHash {
  const cost = costWithin(name, "as workFactor", requiredNumber(name, object, "workFactor"), workFactors);
  const salt = requiredText(name, object, "salt");
  const value = requiredText(name, object, "value");
  if (salt.length !== 22 || value.length !== 31)
    throw damaged(name, "bcrypt without 22 characters of salt and 31 of value");
  return bcryptHash(name, `$2a$${String(cost).padStart(2, "0")}$${salt}${value}`, maxCost);
}

function parsePbkdf2(object: Fields, maxIterations: number | undefined): ParsedHash {
  const algorithm = choice(name, object, "digestAlgorithm", ["SHA256_HMAC", "SHA512_HMAC"]);
  const keySize = costWithin(name, "as keySize", requiredNumber(name, object, "keySize"), keySizes);
  return pbkdf2Hash({
    ...{ format: name, maxIterations, digest: algorithm === "SHA256_HMAC" ? "sha256" : "sha512" },
    iterations: requiredNumber(name, object, "iterationCount"),
    salt: decodeBase64(requiredText(name, object, "salt")),
    key: decodeBase64(requiredText(name, object, "value")),
    keyBytes: { min: keySize, max: keySize },
  });
}

function parseDigest(digest: IteratedDigest, object: Fields): ParsedHash {
  const text = optionalText(name, object, "salt");
  const salt = bytesWithin(name, "bytes of salt", decodeBase64(text ?? ""), saltBytes);
  // Okta needs the order with a salt; without one it says nothing.
  const order = choice(name, object, "saltOrder", ["PREFIX", "POSTFIX"], salt.length === 0 ? "PREFIX" : undefined);
  return iteratedHash({
    ...{ format: name, digest, rounds: 1, maxRounds: 1, expected: decodeBase64(requiredText(name, object, "value")) },
    first: (password) => Buffer.concat(order === "PREFIX" ? [salt, password] : [password, salt]),
  });
}

/** The object, or its value with the other fields beside it. */
function read(hash: string, params: HashParams): ReadHash {
  if (/^\s*\{/.test(hash)) return { format: okta(), stored: { encoded: hash } };
  const { salt_b64: _, ...others } = params;
  const salt = optionalParam(params, "salt_b64") ?? optionalParam(params, "salt");
  const object = { ...others, ...(salt === undefined ? {} : { salt }), value: hash };
  return { format: okta(), stored: { encoded: JSON.stringify(object) } };
}

export const oktaFamily: HashFamily = {
  name,
  title: "Okta password hash",
  specified: "Okta Users API, password hash object",
  bounds: `bcrypt cost 4 to 14 (maxCost, up to 16); PBKDF2 ${pbkdf2BoundsText}`,
  dialects: [
    {
      id: "okta-bcrypt",
      example:
        '{"algorithm":"BCRYPT","workFactor":5,"salt":"jGIQhLvoRrH6NNl6V2n9DO","value":"17fMdiXNiUyLZGmk6teYUuqVBHxHAzW"}',
      usedBy: "Okta's import: BCRYPT",
    },
    {
      id: "okta-hash",
      example:
        '{"algorithm":"SHA-1","salt":"b2t0YVNBTFQ=","saltOrder":"PREFIX","value":"ULKHuz++tdWAZp0U5WVRTFS/iJ0="}',
      usedBy: "Okta's import: SHA-512, SHA-256, SHA-1, MD5",
    },
    {
      id: "okta-pbkdf2",
      example:
        '{"algorithm":"PBKDF2","digestAlgorithm":"SHA512_HMAC","iterationCount":4096,"keySize":64,"salt":"b2t0YVNBTFQ=","value":"bmT3q32Yt7h9lGteTVnRDBCsNqQLKGr6gZwvhoqOmVdg6PodrtMgG/psJG1aaz5JcdLwu1qe/ddsmNqreTXwzw=="}',
      usedBy: "Okta's import: PBKDF2",
    },
  ].map((dialect) => ({ ...dialect, line: "okta()", read })),
};
