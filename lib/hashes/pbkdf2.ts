// PBKDF2 (RFC 8018 section 5.2) in the strings of passlib (`$pbkdf2-sha256$N$salt$key`, also GitLab, Odoo, Phoenix),
// in PHC strings (`i=,l=`: Auth0, Ory Kratos, Discourse; `f=,w=,l=`: Mattermost) and in Django's
// (`pbkdf2_sha256$N$salt$key`, whose salt is text).

import { pbkdf2 as pbkdf2Callback } from "node:crypto";
import { decodeAdaptedBase64, decodeBase64 } from "../core/encodings.ts";
import { type Bound, bytesWithin, damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import { parsePhc } from "../core/phc.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface Pbkdf2Settings {
  /** The most iterations (for each block of the key), 600,000 to 10,000,000; default 4, 3, 2.3 or 1.5 million by digest. */
  readonly maxIterations?: number;
}

/** A digest that PBKDF2 runs over: its own length, what an iteration costs, and how many are allowed. */
interface Digest {
  readonly name: string;
  readonly bytes: number;
  readonly costMs: number;
  readonly maxIterations: number;
}

// Each limit is about 2 s on one whole processor. Django 5.2 uses 1,000,000 iterations of SHA-256; old systems
// go down to 1.
const sha1: Digest = { name: "sha1", bytes: 20, costMs: 0.00044, maxIterations: 4_000_000 };
const sha256: Digest = { name: "sha256", bytes: 32, costMs: 0.00064, maxIterations: 3_000_000 };
const sha512: Digest = { name: "sha512", bytes: 64, costMs: 0.00086, maxIterations: 2_300_000 };
// What Ory Kratos writes as sha224 and sha384 is SHA-3, and it keeps it so; nobody else writes the two.
const kratosSha224: Digest = { name: "sha3-224", bytes: 28, costMs: 0.0013, maxIterations: 1_500_000 };
const kratosSha384: Digest = { name: "sha3-384", bytes: 48, costMs: 0.0013, maxIterations: 1_500_000 };

const maxIterationsBound = { usual: 3_000_000, min: 600_000, max: 10_000_000 };
const saltBytes: Bound = { min: 0, max: 1024 };
/** Keys that name their own length; others have the digest's. Real ones have 16 to 512 bytes. */
const keyBytes: Bound = { min: 16, max: 1024 };
const memoryBytes = 4096;

interface Pbkdf2Hash {
  readonly digest: Digest;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

/** Checks PBKDF2 hashes with node:crypto, off the main thread. */
export function pbkdf2(settings: Pbkdf2Settings = {}): HashFormat {
  const set = readBound("maxIterations", settings.maxIterations, maxIterationsBound);
  const maxIterations = settings.maxIterations === undefined ? undefined : set.value;
  const format: HashFormat = {
    name: "pbkdf2",
    recognizes: claims("pbkdf2", /^(?:\$pbkdf2(?:-sha(?:1|224|256|384|512))?\$|pbkdf2_sha(?:1|256)\$)/),
    parse: (stored) => parse(stored, maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "$pbkdf2-sha256$i=600000,l=32$aRCy6xAcAsn9JE0erCz4TA$uqY027QKMrbKFP9bO6eFpjoL6ANUEPrEcEBDU4FLe+M",
    },
  };
  return withSettingFaults(format, set.faults);
}

function parse(stored: StoredPassword, maxIterations: number | undefined): ParsedHash {
  const { digest, iterations, salt, key } = parseString(encodedText("pbkdf2", stored), maxIterations);
  const blocks = Math.ceil(key.length / digest.bytes);
  return {
    costMs: digest.costMs * iterations * blocks,
    memoryBytes,
    verify: async (password, signal) => {
      const computed = await derive(passwordToHash(password, signal), salt, iterations, key.length, digest.name);
      return compareBytes(computed, key);
    },
  };
}

function parseString(text: string, maxIterations: number | undefined): Pbkdf2Hash {
  const [, django, iterations, textSalt, djangoKey] =
    /^(pbkdf2_sha(?:1|256))\$([^$]*)\$([^$]+)\$([^$]*)$/.exec(text) ?? [];
  if (django !== undefined) {
    const digest = django === "pbkdf2_sha1" ? sha1 : sha256;
    const salt = Buffer.from(textSalt ?? "");
    return build(digest, iterations, salt, decodeBase64(djangoKey ?? ""), exactly(digest.bytes), maxIterations);
  }
  const [, id, count, salt, key] = /^\$(pbkdf2[a-z0-9-]*)\$([^$=,]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (id !== undefined) {
    const digest = digestOfId(id, passlibIds);
    const saltBytesRead = decodeAdaptedBase64(salt ?? "");
    return build(digest, count, saltBytesRead, decodeAdaptedBase64(key ?? ""), exactly(digest.bytes), maxIterations);
  }
  return text.startsWith("$pbkdf2$") ? parseMattermost(text, maxIterations) : parsePhcString(text, maxIterations);
}

function parsePhcString(text: string, maxIterations: number | undefined): Pbkdf2Hash {
  const phc = parsePhc("pbkdf2", text, { required: ["i"], optional: ["l"] });
  if (phc.version !== undefined && phc.version !== "1") throw damaged("pbkdf2", "an unknown version, supported is 1");
  const digest = digestOfId(phc.id, phcIds);
  const length = phc.get("l");
  const expectedKey = exactly(length === undefined ? digest.bytes : parseCost("pbkdf2", "as l", length, keyBytes));
  return build(digest, phc.get("i"), decodeBase64(phc.salt), decodeBase64(phc.digest), expectedKey, maxIterations);
}

function parseMattermost(text: string, maxIterations: number | undefined): Pbkdf2Hash {
  const phc = parsePhc("pbkdf2", text, { required: ["f", "w", "l"] });
  const digest = digestOfId(phc.get("f") ?? "", mattermostIds);
  const expectedKey = exactly(parseCost("pbkdf2", "as l", phc.get("l") ?? "", keyBytes));
  return build(digest, phc.get("w"), decodeBase64(phc.salt), decodeBase64(phc.digest), expectedKey, maxIterations);
}

function build(
  digest: Digest,
  iterationText: string | undefined,
  salt: Uint8Array | undefined,
  key: Uint8Array | undefined,
  expectedKey: Bound,
  maxIterations: number | undefined,
): Pbkdf2Hash {
  const name = `pbkdf2-${digest.name}`;
  // Every block of the key costs all iterations again, so a longer key leaves fewer of them.
  const blocks = Math.ceil(expectedKey.max / digest.bytes);
  const allowed = { min: 1, max: Math.floor((maxIterations ?? digest.maxIterations) / blocks) };
  return {
    digest,
    iterations: parseCost(name, "iterations", iterationText ?? "", allowed),
    salt: bytesWithin(name, "bytes of salt", salt, saltBytes),
    key: bytesWithin(name, "bytes of key", key, expectedKey),
  };
}

const passlibIds: ReadonlyMap<string, Digest> = new Map([
  ["pbkdf2", sha1],
  ["pbkdf2-sha1", sha1],
  ["pbkdf2-sha256", sha256],
  ["pbkdf2-sha512", sha512],
]);

const phcIds: ReadonlyMap<string, Digest> = new Map([
  ["pbkdf2-sha1", sha1],
  ["pbkdf2-sha224", kratosSha224],
  ["pbkdf2-sha256", sha256],
  ["pbkdf2-sha384", kratosSha384],
  ["pbkdf2-sha512", sha512],
]);

const mattermostIds: ReadonlyMap<string, Digest> = new Map([
  ["SHA256", sha256],
  ["SHA512", sha512],
]);

function digestOfId(id: string, ids: ReadonlyMap<string, Digest>): Digest {
  const digest = ids.get(id);
  if (digest === undefined) throw damaged("pbkdf2", `an unknown digest, allowed ${[...ids.keys()].join(", ")}`);
  return digest;
}

function exactly(length: number): Bound {
  return { min: length, max: length };
}

function derive(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  digest: string,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, key: Uint8Array) => (error === null ? resolve(key) : reject(error));
    pbkdf2Callback(password, salt, iterations, length, digest, answer);
  });
}
