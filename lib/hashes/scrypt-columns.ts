// scrypt keys in a column of their own, the salt in another: bare hex or base64 without a prefix. The settings, or the
// row's params, say N, r and p; the row names the format. Stytch's export is of this kind: its salt is the base64url
// text itself. RFC 7914; Stytch password export.

import { type PrepareStep, preparationFaults, prepareFor } from "../algorithms/prepare.ts";
import { readScryptBounds, type ScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashFamily, HashParams, ReadHash } from "../core/hash-family.ts";
import { numberParam, optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

const decoders = {
  hex: decodeHex,
  base64: decodeBase64,
  base64url: (text: string) =>
    /[+/]/.test(text) ? undefined : decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/")),
  text: (text: string): Uint8Array => Buffer.from(text),
};

export interface ScryptColumnsSettings extends ScryptBounds {
  /** The costs, where the row's params (`n`, `r`, `p`) do not say them. */
  readonly n?: number;
  readonly r?: number;
  readonly p?: number;
  /** How the key is written; default hex. */
  readonly encoding?: "hex" | "base64" | "base64url";
  /** What the salt column holds: the salt itself as text (default), or an encoding of it. */
  readonly salt?: keyof typeof decoders;
  /** The key's length in bytes; default any from 16 to 128. */
  readonly keyBytes?: number;
  /** What scrypt gets instead of the password. */
  readonly prepare?: readonly PrepareStep[];
  /** The format's name, for configs that have two of this family; default `scrypt-columns`. */
  readonly name?: string;
}

/** Checks bare scrypt keys of rows that name the format, with node:crypto, off the main thread. */
export function scryptColumns(settings: ScryptColumnsSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const { encoding = "hex", salt = "text", keyBytes, prepare = [], name = "scrypt-columns" } = settings;
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    parse(stored) {
      const text = encodedText(name, stored);
      if (stored.salt === undefined) throw damaged(name, "no salt beside the string");
      return scryptHash({
        ...{ format: name, limits, prepare: prepareFor(name, prepare, stored) },
        n: cost(name, stored, settings, "n"),
        r: cost(name, stored, settings, "r"),
        p: cost(name, stored, settings, "p"),
        salt: bytesWithin(name, "bytes of salt", decoders[salt](stored.salt), { min: 0, max: 1024 }),
        key: decoders[encoding](text),
        ...(keyBytes === undefined ? {} : { keyBytes: { min: keyBytes, max: keyBytes } }),
      });
    },
  };
  return withSettingFaults(format, [...faults, ...settingFaults(settings)]);
}

/** The row's own cost stands before the config's. */
function cost(name: string, stored: StoredPassword, settings: ScryptColumnsSettings, key: "n" | "r" | "p"): number {
  const value = stored.params?.[key] ?? settings[key];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw damaged(name, `no whole number ${key} in the row's params, and none in the settings`);
  }
  return value;
}

function settingFaults(settings: ScryptColumnsSettings): readonly SettingFault[] {
  const faults = [...preparationFaults(settings.prepare ?? [])];
  const allowed = { encoding: ["hex", "base64", "base64url"], salt: ["hex", "base64", "base64url", "text"] };
  for (const key of ["encoding", "salt"] as const) {
    const value = settings[key];
    if (value !== undefined && !allowed[key].includes(value)) {
      faults.push({ path: key, message: `unknown, allowed ${allowed[key].join(", ")}` });
    }
  }
  for (const key of ["n", "r", "p", "keyBytes"] as const) {
    const value = settings[key];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      faults.push({ path: key, message: `${value}, allowed are whole numbers from 1 on` });
    }
  }
  return faults;
}

/** @throws MigrationError HASH_DAMAGED */
function read(encoded: string, params: HashParams, saltName: string, encoding: "hex" | "base64"): ReadHash {
  const saltHex = optionalText(params, `${saltName}_hex`);
  const row = { format: "scrypt-columns", encoded, salt: saltHex ?? textParam(params, saltName) };
  const [n, r, p] = [numberParam(params, "n"), numberParam(params, "r"), numberParam(params, "p")];
  const salt = saltHex === undefined ? "text" : "hex";
  const format = scryptColumns({ encoding, salt, keyBytes: numberParam(params, "keylen") });
  return { format, stored: { ...row, params: { n, r, p } } };
}

export const scryptColumnsFamily: HashFamily = {
  name: "scrypt-columns",
  title: "bare scrypt keys",
  specified: "RFC 7914; Stytch password export",
  bounds:
    "256 MiB of 128 N r (maxMemoryMiB, up to 512), N r p of 2^22 (maxWork, up to 2^24), r and p up to 64, key 16 to 128 bytes",
  dialects: [
    {
      id: "raw-scrypt",
      example:
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
      beside: "salt column, N, r, p",
      usedBy: "home-made systems",
      couldBe: /^(?:[0-9A-Fa-f]{32,256}|[A-Za-z0-9+/]{22,172}={0,2})$/,
      line: 'scryptColumns({ n: 16384, r: 8, p: 1, encoding: "hex" })',
      read: (encoded, params) =>
        read(encoded, params, "salt", optionalText(params, "encoding") === "base64" ? "base64" : "hex"),
    },
    {
      id: "stytch-scrypt",
      example: "A6VzdsTsTHPqafORIb0GkGD6qFxdncqwA15YXRsVgvs=",
      beside: "salt column, hashed as the text that it is",
      usedBy: "Stytch's export; FusionAuth's Stytch plug-in",
      couldBe: /^[A-Za-z0-9+/]{43}=$/,
      line: 'scryptColumns({ n: 32768, r: 8, p: 1, encoding: "base64", keyBytes: 32 })',
      read: (encoded, params) => read(encoded, params, "salt_as_text_urlsafe_b64", "base64"),
    },
  ],
};
