// A bare PBKDF2 key (RFC 8018 section 5.2) with its salt in a column of its own: Grafana, Symfony, passport-local-mongoose
// and Payload, Discourse before 3.1, and whatever a project wrote by itself.

import {
  isPbkdf2Digest,
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily, HashParams } from "../core/hash-family.ts";
import { numberParam, optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

const encodings = ["hex", "base64", "text"] as const;
type Encoding = (typeof encodings)[number];

export interface Pbkdf2ColumnsSettings extends Pbkdf2Bounds {
  /** Default `sha256`. */
  readonly digest?: Pbkdf2Digest;
  /** For rows that do not have a number of their own in `params.iterations`. */
  readonly iterations?: number;
  /** Bytes of the key; without it as many as the string has, 16 to 1,024. */
  readonly keyLength?: number;
  /** How the salt is written; `text`, the default, hashes it as it stands, also where it looks like hexadecimal. */
  readonly salt?: { readonly encoding: Encoding };
  /** How the key is written; default `hex`. */
  readonly encoding?: "hex" | "base64";
}

const name = "pbkdf2-columns";

/** Checks bare PBKDF2 keys of rows that name the format and bring `salt`. */
export function pbkdf2Columns(settings: Pbkdf2ColumnsSettings = {}): HashFormat {
  const { digest = "sha256", encoding = "hex", salt = { encoding: "text" } } = settings;
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const iterations = readBound("iterations", settings.iterations, { usual: 1, min: 1, max: 10_000_000 });
  const length = readBound("keyLength", settings.keyLength, { ...pbkdf2KeyBytes, usual: pbkdf2KeyBytes.min });
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    parse(stored) {
      const text = encodedText(name, stored);
      if (stored.salt === undefined) throw damaged(name, "no salt beside the string");
      return pbkdf2Hash({
        format: name,
        digest,
        iterations: iterationsOf(stored, settings.iterations === undefined ? undefined : iterations.value),
        salt: decode(stored.salt, salt.encoding),
        key: decode(text, encoding),
        keyBytes: settings.keyLength === undefined ? pbkdf2KeyBytes : { min: length.value, max: length.value },
        maxIterations,
      });
    },
    ...(settings.iterations === undefined ? {} : { decoy: decoyOf(length.value, encoding, salt.encoding) }),
  };
  return withSettingFaults(format, [
    ...(isPbkdf2Digest(digest) ? [] : [{ path: "digest", message: "an unknown digest" }]),
    ...encodingFaults("salt.encoding", salt.encoding, encodings),
    ...encodingFaults("encoding", encoding, ["hex", "base64"]),
    ...iterations.faults,
    ...length.faults,
    ...faults,
  ]);
}

/** Nobody knows a password for a key of equal bytes. */
function decoyOf(length: number, encoding: "hex" | "base64", saltEncoding: Encoding): StoredPassword {
  const bytes = Buffer.alloc(16, 0xa5);
  const salt = saltEncoding === "base64" ? bytes.toString("base64") : bytes.toString("hex");
  return { format: name, encoded: Buffer.alloc(length, 0xa5).toString(encoding), salt };
}

function iterationsOf(stored: StoredPassword, usual: number | undefined): number | string {
  const own = stored.params?.iterations ?? usual;
  if (typeof own === "string") return own;
  if (typeof own === "number" && Number.isSafeInteger(own)) return own;
  throw damaged(name, "no whole number of iterations, neither in the row's params nor in the settings");
}

function encodingFaults(path: string, value: string, allowed: readonly string[]): readonly SettingFault[] {
  return allowed.includes(value) ? [] : [{ path, message: `an unknown encoding, allowed ${allowed.join(", ")}` }];
}

function decode(text: string, encoding: Encoding): Uint8Array | undefined {
  if (encoding === "text") return Buffer.from(text);
  return encoding === "hex" ? decodeHex(text) : decodeBase64(text);
}

/** `read` of a system whose settings are always the same. */
function fixed(settings: Pbkdf2ColumnsSettings): HashDialect["read"] {
  return (encoded, params) => {
    const own = Object.hasOwn(params, "iterations")
      ? { params: { iterations: numberParam(params, "iterations") } }
      : {};
    return {
      format: pbkdf2Columns(settings),
      stored: { format: name, encoded, salt: textParam(params, "salt"), ...own },
    };
  };
}

/** `read` of settings that stand beside the string; the salt is text, or says how it is written. */
function described(encoded: string, params: HashParams): ReturnType<HashDialect["read"]> {
  const digest = textParam(params, "digest");
  if (!isPbkdf2Digest(digest)) throw damaged("row", "an unknown digest beside the string");
  const hexSalt = optionalText(params, "salt_hex");
  const base64Salt = optionalText(params, "salt_b64");
  const saltEncoding = hexSalt !== undefined ? "hex" : base64Salt !== undefined ? "base64" : "text";
  const format = pbkdf2Columns({
    digest,
    iterations: numberParam(params, "iterations"),
    keyLength: numberParam(params, "keylen"),
    salt: { encoding: saltEncoding },
    encoding: optionalText(params, "encoding") === "base64" ? "base64" : "hex",
  });
  return { format, stored: { format: name, encoded, salt: hexSalt ?? base64Salt ?? textParam(params, "salt") } };
}

const beside = "salt column";
const grafana = { digest: "sha256", iterations: 10_000, keyLength: 50 } as const;
const mongoose = { digest: "sha256", iterations: 25_000, keyLength: 512 } as const;
const mongooseSha1 = { digest: "sha1", iterations: 25_000, keyLength: 512 } as const;

export const pbkdf2ColumnsFamily: HashFamily = {
  name,
  title: "PBKDF2 key and salt in columns",
  specified: "RFC 8018 section 5.2",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "raw-pbkdf2",
      example: "4b007901b765489abead49d926f721d065a429c1",
      beside,
      usedBy: "home-made user tables; the RFCs' own test values",
      couldBe: /^(?:[0-9A-Fa-f]{32,2048}|[A-Za-z0-9+/]{22,1366}={0,2})$/,
      line: 'pbkdf2Columns({ digest: "sha1", iterations: 4096, keyLength: 20, salt: { encoding: "text" } })',
      read: described,
    },
    {
      id: "symfony-pbkdf2",
      example: "1cKlu1hmNiI23CvLmVNcYAXkqqmWKI+QJ/kta7DFTsxfaBS5MU2GuA==",
      beside,
      usedBy: "Symfony (Pbkdf2PasswordHasher)",
      couldBe: /^(?:[0-9a-f]{80}|[A-Za-z0-9+/]{54}==)$/,
      line: 'pbkdf2Columns({ digest: "sha512", iterations: 1000, keyLength: 40, encoding: "base64" })',
      read: described,
    },
    {
      id: "grafana",
      example: "d38ab8943c0008b03c8960810cd8eedf148e88cd6e9f61517418de66d610b0267a4994277a19b16281b25d501000bc1178f4",
      beside,
      usedBy: "Grafana",
      couldBe: /^[0-9a-f]{100}$/,
      line: 'pbkdf2Columns({ digest: "sha256", iterations: 10_000, keyLength: 50 })',
      read: fixed(grafana),
    },
    {
      id: "passport-local-mongoose",
      example: "cf06fe10c79b5ff4".repeat(64),
      beside,
      usedBy: "passport-local-mongoose 4 and later, Payload CMS",
      couldBe: /^[0-9a-f]{1024}$/,
      line: 'pbkdf2Columns({ digest: "sha256", iterations: 25_000, keyLength: 512 })',
      read: fixed(mongoose),
    },
    {
      id: "passport-local-mongoose-sha1",
      example: "439563a5ecff71be".repeat(64),
      beside,
      usedBy: "passport-local-mongoose before 4",
      couldBe: /^[0-9a-f]{1024}$/,
      line: 'pbkdf2Columns({ digest: "sha1", iterations: 25_000, keyLength: 512 })',
      read: fixed(mongooseSha1),
    },
    {
      id: "discourse",
      example: "0bff3bfb1129ed537569419135ed5bec6b6aaa52054b75290a9da82ed76cf701",
      beside,
      usedBy: "Discourse before 3.1",
      couldBe: /^[0-9a-f]{64}$/,
      line: 'pbkdf2Columns({ digest: "sha256", iterations: 64_000, keyLength: 32 })',
      read: fixed({ digest: "sha256", iterations: 64_000, keyLength: 32 }),
    },
  ],
};
