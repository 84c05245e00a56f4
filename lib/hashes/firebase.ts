// Firebase Authentication: the `passwordHash` and `salt` of an exported user, or of a user as importUsers takes it; the
// algorithm and its parameters are the project's and not in the row.
// https://firebase.google.com/docs/cli/auth, https://firebase.google.com/docs/auth/admin/import-users

import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { firebaseDigestHash, firebaseHmacHash, isFirebaseHmac } from "../algorithms/firebase-digest.ts";
import {
  type FirebaseParameters,
  firebaseAlgorithms,
  firebaseParameterFaults,
} from "../algorithms/firebase-parameters.ts";
import { firebaseScryptHash } from "../algorithms/firebase-scrypt.ts";
import { decodeAnyBase64 } from "../algorithms/json-fields.ts";
import {
  type Pbkdf2Bounds,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { readScryptBounds, type ScryptBounds, type ScryptLimits, scryptHash } from "../algorithms/scrypt.ts";
import { MigrationError } from "../core/errors.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily, HashParams } from "../core/hash-family.ts";
import type { HashKey } from "../core/hash-key.ts";
import { bytesParam, optionalText } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface FirebaseSettings extends FirebaseParameters, BcryptBounds, Pbkdf2Bounds, ScryptBounds {}

const name = "firebase";
const saltBytes = { min: 0, max: 1024 };

/** Checks the hashes of one Firebase project, in rows that name the format. */
export function firebase(settings: FirebaseSettings = {}): HashFormat {
  const bcrypt = readBcryptBounds(settings);
  const pbkdf2 = readPbkdf2Bounds(settings);
  const scrypt = readScryptBounds(settings);
  const limits: Limits = { maxCost: bcrypt.maxCost, maxIterations: pbkdf2.maxIterations, scrypt: scrypt.limits };
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    takesTheRest: true,
    parse: (stored) => parse(stored, settings, limits),
  };
  return withSettingFaults(format, [
    ...firebaseParameterFaults(settings),
    ...bcrypt.faults,
    ...pbkdf2.faults,
    ...scrypt.faults,
  ]);
}

interface Limits {
  readonly maxCost: number;
  readonly maxIterations: number | undefined;
  readonly scrypt: ScryptLimits;
}

function parse(stored: StoredPassword, settings: FirebaseSettings, limits: Limits): ParsedHash {
  const { algorithm = "SCRYPT", signerKey } = settings;
  const text = encodedText(name, stored);
  switch (algorithm) {
    case "SCRYPT":
      return firebaseScryptHash({
        ...{ format: name, limits: limits.scrypt, hash: text, salt: stored.salt ?? "" },
        ...{ memoryCost: settings.memoryCost ?? 14, rounds: settings.rounds ?? 8 },
        ...{ separator: settings.saltSeparator ?? "Bw==", signerKey: needed(signerKey) },
      });
    case "STANDARD_SCRYPT": {
      const length = settings.derivedKeyLength;
      return scryptHash({
        ...{ format: name, limits: limits.scrypt, salt: saltOf(stored), key: decodeAnyBase64(text) },
        ...{ n: settings.memoryCost ?? 0, r: settings.blockSize ?? 0, p: settings.parallelization ?? 0 },
        ...(length === undefined ? {} : { keyBytes: { min: length, max: length } }),
      });
    }
    case "BCRYPT": {
      // The CLI's files have the whole string in base64, other sources the string.
      const decoded = text.startsWith("$2") ? text : Buffer.from(decodeAnyBase64(text) ?? []).toString("latin1");
      return bcryptHash(name, decoded, limits.maxCost);
    }
    case "PBKDF_SHA1":
    case "PBKDF2_SHA256":
      return pbkdf2Hash({
        ...{ format: name, digest: algorithm === "PBKDF_SHA1" ? "sha1" : "sha256", iterations: settings.rounds ?? 0 },
        ...{ salt: saltOf(stored), key: decodeAnyBase64(text), keyBytes: pbkdf2KeyBytes },
        maxIterations: limits.maxIterations,
      });
    default: {
      const hash = decodeAnyBase64(text);
      const shared = { format: name, hash, salt: saltOf(stored), saltFirst: settings.inputOrder !== "PASSWORD_FIRST" };
      if (isFirebaseHmac(algorithm)) return firebaseHmacHash({ ...shared, algorithm, key: needed(signerKey) });
      return firebaseDigestHash({ ...shared, algorithm, rounds: settings.rounds ?? 1 });
    }
  }
}

function saltOf({ salt = "" }: StoredPassword): Uint8Array {
  return bytesWithin(name, "bytes of salt", decodeAnyBase64(salt), saltBytes);
}

function needed(key: HashKey | undefined): HashKey {
  if (key === undefined) throw new MigrationError("HASH_UNKNOWN", `${name}: no signerKey in the settings`);
  return key;
}

/** The settings and the row that a vector spells, its keys and salts in base64. */
const read: HashDialect["read"] = (encoded, params) => {
  const salt = bytesParam(params, "salt");
  const row = { format: name, encoded, ...(salt === undefined ? {} : { salt: base64(salt) }) };
  return { format: firebase(readSettings(params)), stored: row };
};

function readSettings(params: HashParams): FirebaseSettings {
  const written = optionalText(params, "algorithm") ?? ("derivedKeyLength" in params ? "STANDARD_SCRYPT" : "SCRYPT");
  const algorithm = firebaseAlgorithms.find((one) => one === written);
  if (algorithm === undefined) throw damaged("row", "an unknown algorithm beside the string");
  const key = bytesParam(params, "signer_key") ?? bytesParam(params, "key");
  const separator = bytesParam(params, "salt_separator");
  const passwordFirst = optionalText(params, "input_order")?.startsWith("PASSWORD") === true;
  const numbers = { rounds: ["rounds"], memoryCost: ["mem_cost", "memoryCost"], parallelization: ["parallelization"] };
  return {
    algorithm,
    ...(key === undefined ? {} : { signerKey: Secret.fromText(base64(key)) }),
    ...(separator === undefined ? {} : { saltSeparator: base64(separator) }),
    ...(passwordFirst ? { inputOrder: "PASSWORD_FIRST" } : {}),
    ...Object.fromEntries(
      Object.entries({ ...numbers, blockSize: ["blockSize"], derivedKeyLength: ["derivedKeyLength"] }).flatMap(
        ([setting, names]) => names.flatMap((one) => (typeof params[one] === "number" ? [[setting, params[one]]] : [])),
      ),
    ),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

const beside = "salt column; the project's algorithm, key and parameters";
const bare = /^[A-Za-z0-9+/_-]{22,}={0,2}$/;

export const firebaseFamily: HashFamily = {
  name,
  title: "Firebase Authentication",
  specified: "github.com/firebase/scrypt; Firebase Admin SDK, importUsers",
  bounds: `256 MiB of scrypt's memory (maxMemoryMiB, up to 512); 8,192 rounds of a digest; PBKDF2 ${pbkdf2BoundsText}`,
  dialects: [
    {
      id: "firebase-scrypt",
      example: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
      usedBy: "Firebase Authentication (firebase auth:export, listUsers)",
      line: 'firebase({ signerKey: secret("samekey/firebase-signer-key"), rounds: 8, memoryCost: 14 })',
    },
    {
      id: "firebase-standard-scrypt",
      example: "QWlXqzh+pYuIltdslKaHJOs84biOAosg2Uiw+tLXc/IC9wKpNYkwyiFqi4/JwCg4oDh3uM52CbVmSNtdiYUnDA==",
      usedBy: "Firebase's import: STANDARD_SCRYPT",
      line: 'firebase({ algorithm: "STANDARD_SCRYPT", memoryCost: 1024, blockSize: 8, parallelization: 16 })',
    },
    {
      id: "firebase-hmac",
      example: "drvLxIqpnOOr80jKGf+XmKV5MxY=",
      usedBy: "Firebase's import: HMAC_SHA512, HMAC_SHA256, HMAC_SHA1, HMAC_MD5",
      line: 'firebase({ algorithm: "HMAC_SHA256", signerKey: secret("samekey/firebase-hash-key") })',
    },
    {
      id: "firebase-digest",
      example: "R2pHWDvly7qrE93o5RIhLZJFcJs=",
      usedBy: "Firebase's import: MD5, SHA1, SHA256, SHA512",
      line: 'firebase({ algorithm: "SHA512", rounds: 5 })',
    },
    {
      id: "firebase-pbkdf",
      example: "vVk91gtZrtvetvAtg3Cl2mZzoku4JGwfchaSgvD+YMM=",
      usedBy: "Firebase's import: PBKDF2_SHA256, PBKDF_SHA1",
      line: 'firebase({ algorithm: "PBKDF2_SHA256", rounds: 1000 })',
    },
    {
      id: "firebase-bcrypt",
      example: "JDJiJDEwJERMbmFMTzlPS2Y0emk2bTEuNTZYS3VBZ0szMzFyYXd5eVFyYy9JblVYZ1RGSHppdjRxMlhp",
      usedBy: "Firebase's import: BCRYPT",
      line: 'firebase({ algorithm: "BCRYPT" })',
    },
  ].map((dialect) => ({ ...dialect, beside, couldBe: bare, read })),
};
