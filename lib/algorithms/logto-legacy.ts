// Logto's Legacy expression `["algorithm", ["arguments", "@"], "digest"]`, in which `@` is the password.
// github.com/logto-io/logto, packages/core/src/utils/password.ts.

import { decodeHex } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { bytesWithin, damaged, parseCost } from "../core/hash-bounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { nodeDigests } from "./digest.ts";
import { digestCheck } from "./digest-check.ts";
import { firebaseScryptHash } from "./firebase-scrypt.ts";
import { decodeDigest, parseJson } from "./json-fields.ts";
import { isPbkdf2Digest, pbkdf2Hash, pbkdf2KeyBytes } from "./pbkdf2.ts";
import type { PlatformLimits } from "./platform-bounds.ts";

const maxArguments = 32;

interface Expression {
  readonly algorithm: string;
  readonly parts: readonly string[];
  readonly digest: string;
}

/** @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY, HASH_UNKNOWN for an unknown algorithm. */
export function logtoLegacyHash(format: string, text: string, limits: PlatformLimits): ParsedHash {
  const expression = readExpression(format, parseJson(format, text));
  switch (expression.algorithm) {
    case "pbkdf2":
    case "pbkdf2sync":
      return pbkdf2Of(format, expression, limits.maxIterations);
    case "firebase-scrypt":
      return firebaseOf(format, expression, limits);
    default:
      return digestOf(format, expression);
  }
}

function readExpression(format: string, value: unknown): Expression {
  if (!Array.isArray(value) || value.length !== 3) throw damaged(format, "not of the form [algorithm, [..], digest]");
  const [algorithm, parts, digest]: readonly unknown[] = value;
  if (typeof algorithm !== "string" || typeof digest !== "string" || !isTexts(parts)) {
    throw damaged(format, "not of the form [algorithm, [..], digest]");
  }
  // Without the password everybody would come in.
  if (!parts.includes("@") || parts.length > maxArguments) {
    throw damaged(format, `no @ among the arguments, or more than ${maxArguments} of them`);
  }
  return { algorithm: algorithm.toLowerCase(), parts, digest };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function digestOf(format: string, { algorithm, parts, digest: hex }: Expression): ParsedHash {
  const digest = nodeDigests.get(algorithm.replace(/^rsa-/, ""));
  if (digest === undefined) {
    const message = `${format}: an unknown digest, allowed ${[...nodeDigests.keys()].join(", ")}`;
    throw new MigrationError("HASH_UNKNOWN", message);
  }
  const { bytes } = digest;
  const expected = bytesWithin(format, "bytes of digest", decodeDigest(hex, bytes), { min: bytes, max: bytes });
  return digestCheck(expected, async (password) => {
    const whole = Buffer.concat(parts.map((part) => (part === "@" ? password : Buffer.from(part))));
    return (await digest.load()).digest(whole);
  });
}

/** Salt, iterations, length of the key, digest. */
function pbkdf2Of(format: string, { parts, digest: hex }: Expression, maxIterations: number | undefined): ParsedHash {
  const [salt = "", iterations = "", length = "", digest = ""] = parts;
  if (salt === "@" || !isPbkdf2Digest(digest.toLowerCase())) {
    throw damaged(format, "pbkdf2 needs salt, iterations, length of the key and a known digest");
  }
  const bytes = parseCost(format, "as length of the key", length, pbkdf2KeyBytes);
  const name = digest.toLowerCase();
  return pbkdf2Hash({
    ...{ format, digest: isPbkdf2Digest(name) ? name : "sha1", iterations, maxIterations },
    salt: salt.startsWith("hex:") ? decodeHex(salt.slice("hex:".length)) : Buffer.from(salt),
    ...{ key: decodeHex(hex), keyBytes: { min: bytes, max: bytes } },
  });
}

/** Salt, signer key, salt separator, rounds, memory cost. */
function firebaseOf(format: string, { parts, digest }: Expression, limits: PlatformLimits): ParsedHash {
  const [salt = "", signerKey = "", separator = "", rounds = "", memoryCost = ""] = parts;
  const cost = { memoryCost, rounds, limits: limits.scrypt };
  return firebaseScryptHash({ format, ...cost, salt, signerKey, separator, hash: digest });
}
