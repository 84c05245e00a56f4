// FusionAuth's user import: `password`, `salt`, `factor` and `encryptionScheme` of a user, its own schemes and some of its
// example plug-ins. The row: `{ format: "fusionauth", encoded: password, salt, params: { encryptionScheme, factor } }`.
// https://fusionauth.io/docs/reference/password-hashes, github.com/FusionAuth/fusionauth-contrib

import { type BcryptBounds, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { type FusionauthScheme, fusionauthHash, fusionauthSchemes } from "../algorithms/fusionauth-schemes.ts";
import { choice, requiredNumber } from "../algorithms/json-fields.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface FusionauthSettings extends BcryptBounds, Pbkdf2Bounds {
  /** What your plug-ins are called in `encryptionScheme`: `{ "example-salted-md5": "md5-salt-appended" }`. */
  readonly schemes?: Readonly<Record<string, FusionauthScheme>>;
}

const name = "fusionauth";

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
  const row = { scheme, text, salt: stored.salt ?? "", factor: requiredNumber(name, params, "factor") };
  return fusionauthHash({ format: name, ...row, maxCost, maxIterations });
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
