// FusionAuth's user import: `password`, `salt`, `factor` and `encryptionScheme` of a user, its own schemes and some of its
// example plug-ins. The row: `{ format: "fusionauth", encoded: password, salt, params: { encryptionScheme, factor } }`.
// https://fusionauth.io/docs/reference/password-hashes, github.com/FusionAuth/fusionauth-contrib

import { createHmac } from "node:crypto";
import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { digestCheck } from "../algorithms/digest-check.ts";
import { type FactorPhpass, factorPhpassHash } from "../algorithms/factor-phpass.ts";
import { keyedPasswordHash, md5SaltAppendedHash } from "../algorithms/fusionauth-plugins.ts";
import { type IteratedDigest, iteratedHash } from "../algorithms/iterated-digest.ts";
import { choice, decodeDigest, requiredNumber } from "../algorithms/json-fields.ts";
import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, costWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

const pbkdf2Schemes: Readonly<Record<string, { readonly digest: Pbkdf2Digest; readonly bytes: number }>> = {
  "salted-pbkdf2-hmac-sha256": { digest: "sha256", bytes: 32 },
  "salted-pbkdf2-hmac-sha256-512": { digest: "sha256", bytes: 64 },
  "salted-pbkdf2-hmac-sha512-512": { digest: "sha512", bytes: 64 },
  // Of the example plug-ins: ExampleRfc2898DeriveBytes.
  "salted-pbkdf2-hmac-sha1-256": { digest: "sha1", bytes: 32 },
};

export const fusionauthSchemes = [
  "bcrypt",
  "phpass-md5",
  "phpass-sha512",
  "salted-md5",
  "salted-sha256",
  "salted-hmac-sha256",
  "salted-pbkdf2-hmac-sha256",
  "salted-pbkdf2-hmac-sha256-512",
  "salted-pbkdf2-hmac-sha512-512",
  "salted-pbkdf2-hmac-sha1-256",
  "md5-salt-appended",
  "pbkdf2-hmac-sha1-hex",
] as const;
export type FusionauthScheme = (typeof fusionauthSchemes)[number];

export interface FusionauthSettings extends BcryptBounds, Pbkdf2Bounds {
  /** What your plug-ins are called in `encryptionScheme`: `{ "example-salted-md5": "md5-salt-appended" }`. */
  readonly schemes?: Readonly<Record<string, FusionauthScheme>>;
}

const name = "fusionauth";
const saltBytes = { min: 0, max: 1024 };
/** FusionAuth recommends 20,000 rounds and more of a digest; a million takes 1.5 s on one whole processor. */
const maxRounds = 1_000_000;

/** Checks rows with FusionAuth's password, its salt, and `encryptionScheme` and `factor` among the row's params. */
export function fusionauth(settings: FusionauthSettings = {}): HashFormat {
  const bcrypt = readBcryptBounds(settings);
  const pbkdf2 = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    takesTheRest: true,
    parse: (stored) => parse(stored, settings.schemes ?? {}, bcrypt.maxCost, pbkdf2.maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      format: name,
      encoded: "6POkh0oVlsXdZxMpQZM5xfm59Hhigef1IBYJHAhtKOE=",
      salt: "P80fmq2sRxzbbGJMU6k6rg==",
      params: { encryptionScheme: "salted-pbkdf2-hmac-sha256", factor: 24_000 },
    },
  };
  return withSettingFaults(format, [...schemeFaults(settings.schemes ?? {}), ...bcrypt.faults, ...pbkdf2.faults]);
}

function schemeFaults(schemes: Readonly<Record<string, string>>): readonly SettingFault[] {
  const unknown = Object.entries(schemes).filter(([, scheme]) => !fusionauthSchemes.some((one) => one === scheme));
  return unknown.map(([plugin]) => ({
    path: `schemes.${plugin}`,
    message: `unknown, allowed ${fusionauthSchemes.join(", ")}`,
  }));
}

function parse(
  stored: StoredPassword,
  schemes: Readonly<Record<string, FusionauthScheme>>,
  maxCost: number,
  maxIterations: number | undefined,
): ParsedHash {
  const text = encodedText(name, stored);
  const params = stored.params ?? {};
  const written = params.encryptionScheme;
  const renamed = typeof written === "string" && Object.hasOwn(schemes, written) ? schemes[written] : written;
  const scheme = choice(name, { encryptionScheme: renamed }, "encryptionScheme", fusionauthSchemes);
  const salt = stored.salt ?? "";
  const factor = (): number => requiredNumber(name, params, "factor");
  switch (scheme) {
    case "bcrypt":
      if (salt.length !== 22 || text.length !== 31)
        throw damaged(name, "bcrypt without 22 characters of salt and 31 of password");
      return bcryptHash(name, `$2a$${costText(factor())}$${salt}${text}`, maxCost);
    case "phpass-md5":
    case "phpass-sha512":
      return factorPhpassHash({ format: name, digest: phpassDigests[scheme], text, salt, rounds: factor() });
    case "salted-md5":
      return digestHash("md5", decodeDigest(text, 16), decodedSalt(salt), factor());
    case "salted-sha256":
      return digestHash("sha256", decodeDigest(text, 32), decodedSalt(salt), factor());
    case "md5-salt-appended":
      return md5SaltAppendedHash({ format: name, text, factor: factor() }, decodedSalt(salt));
    case "salted-hmac-sha256": {
      const expected = bytesWithin(name, "bytes of password", decodeDigest(text, 32), { min: 32, max: 32 });
      const key = decodedSalt(salt);
      return digestCheck(expected, (password) => createHmac("sha256", key).update(password).digest());
    }
    case "pbkdf2-hmac-sha1-hex":
      return keyedPasswordHash({ format: name, text, factor: factor() }, salt, maxIterations);
    default: {
      const { digest, bytes } = pbkdf2Schemes[scheme] ?? { digest: "sha256", bytes: 32 };
      return pbkdf2Hash({
        ...{ format: name, digest, iterations: factor(), maxIterations, salt: decodedSalt(salt) },
        ...{ key: decodeBase64(text), keyBytes: { min: bytes, max: bytes } },
      });
    }
  }
}

const phpassDigests: Readonly<Record<"phpass-md5" | "phpass-sha512", FactorPhpass["digest"]>> = {
  "phpass-md5": "md5",
  "phpass-sha512": "sha512",
};

function costText(factor: number): string {
  return String(costWithin(name, "as factor of bcrypt", factor, { min: 4, max: 31 })).padStart(2, "0");
}

function decodedSalt(salt: string): Uint8Array {
  return bytesWithin(name, "bytes of salt", decodeBase64(salt), saltBytes);
}

function digestHash(
  digest: IteratedDigest,
  expected: Uint8Array | undefined,
  salt: Uint8Array,
  rounds: number,
): ParsedHash {
  const first = (password: Uint8Array): Uint8Array => Buffer.concat([password, salt]);
  return iteratedHash({ format: name, digest, rounds, maxRounds, expected, first });
}

/** A user of the import, or of the plug-ins' own vectors, which name the same things otherwise. */
const read: HashDialect["read"] = (encoded, params) => {
  const salt = optionalText(params, "salt") ?? optionalText(params, "salt_b64") ?? optionalText(params, "salt_raw");
  const factor = params.factor ?? params.iterations;
  if (typeof factor !== "number") throw damaged("row", "no factor beside the string");
  const row = { format: name, encoded, ...(salt === undefined ? {} : { salt }) };
  const encryptionScheme = textParam(params, "encryptionScheme");
  return { format: fusionauth(), stored: { ...row, params: { encryptionScheme, factor } } };
};

/** `read` of a plug-in's dialect, whose vectors do not name the scheme. */
const readPlugin =
  (dialect: FusionauthScheme): HashDialect["read"] =>
  (encoded, params, all) =>
    read(encoded, { ...params, encryptionScheme: dialect }, all);

const examples: Readonly<Partial<Record<FusionauthScheme, string>>> = {
  bcrypt: "71/IVx943gmIGEVUDOP90onV8zoAWt.",
  "phpass-md5": "Dr2SfRAzDEGBJ5em/Dp8W.",
  "phpass-sha512": "FG1OT3IjhXMlxq2Jx/ex/UnywuhR26oaim2pmk/OPvM",
  "salted-md5": "tglzQicNu/dE0pXwScI83w==",
  "salted-sha256": "OuPkOa7hiIL6FfHqQYWR6pM9BEtQ+fBu8Di3X77TqYw=",
  "salted-hmac-sha256": "H8bnwWoX4cPhkjTpKAf6Fdgp7r6pey29fQutsYHMgcI=",
  "salted-pbkdf2-hmac-sha256": "1r6ijY0iMM3KZ1u2yF+PCNn1aGMRMdtFz11Lq5vqLs4=",
  "salted-pbkdf2-hmac-sha256-512":
    "1r6ijY0iMM3KZ1u2yF+PCNn1aGMRMdtFz11Lq5vqLs4YJKRW811cyOr65k8hndQQwBI+pZwVB+ZTBYxx/yU2XA==",
  "salted-pbkdf2-hmac-sha512-512":
    "3J6ww9sBZxEW3M7+AMnEnIDYNzbYJs47x0/FR6rGejSsHOyBIL8mNJLW/FWN2dpczax/J/B5ex1D8qIWHpvz1g==",
};

const plugins = [
  {
    id: "fusionauth-md5-salt-appended",
    example: "Nz6r9nFbQciP1fCeOx9Q1b8sC8xg2YEIJXeKt17ZQUKOEAtXH/pLTOQcTGT1e0fk",
    scheme: "md5-salt-appended",
  },
  {
    id: "fusionauth-pbkdf2-hmac-sha1-hex",
    example: "4761D3392092F9CA6036B53DC92C6D7F3D597576",
    scheme: "pbkdf2-hmac-sha1-hex",
  },
  {
    id: "fusionauth-salted-pbkdf2-sha1-256",
    example: "5PIdsgm04ogWFXbJEzf9U6HhLqQJWPP80rB9981LIwY=",
    scheme: "salted-pbkdf2-hmac-sha1-256",
  },
] as const;

const beside = "salt, factor, encryptionScheme";

export const fusionauthFamily: HashFamily = {
  name,
  title: "FusionAuth",
  specified: "FusionAuth, Password-Hashing Algorithms",
  bounds: `bcrypt cost 4 to 14 (maxCost, up to 16); 1,000,000 rounds of a digest; PBKDF2 ${pbkdf2BoundsText}`,
  dialects: [
    ...Object.entries(examples).map(([scheme, example]) => ({
      ...{ id: `fusionauth-${scheme}`, example, beside },
      ...{ usedBy: `FusionAuth (${scheme})`, line: "fusionauth()", read },
    })),
    ...plugins.map(({ id, example, scheme }) => ({
      ...{ id, example, beside, usedBy: "FusionAuth's example plug-ins" },
      ...{ line: `fusionauth({ schemes: { "my-plugin": "${scheme}" } })`, read: readPlugin(scheme) },
    })),
  ],
};
