// Windows' bare hexadecimal hashes: the NT hash (MD4 of UTF-16), the LM hash (DES, in halves) and the domain cached
// credentials of both generations (MS-Cache). Nothing in a string tells which it is.
// learn.microsoft.com, [MS-NLMP] section 3.3.1 (NTOWFv1, LMOWFv1), [MS-SAMR]; passlib's msdcc and msdcc2.

import { digestCheck } from "../algorithms/digest-check.ts";
import { md4 } from "../algorithms/md4.ts";
import { codePageNames, encodeCodePage, isCodePage, utf8Text, utf16le } from "../algorithms/password-text.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { desBlock, desKeyOf56Bits } from "../algorithms/single-des.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily, HashParams } from "../core/hash-family.ts";
import { numberParam, optionalText, textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

const schemes = ["nthash", "lmhash", "lmhash-half", "msdcc", "msdcc2"] as const;
type Scheme = (typeof schemes)[number];

export interface WindowsSettings extends Pbkdf2Bounds {
  /** What the strings are; default `nthash`. `lmhash-half` is one half of an LM hash, seven characters. */
  readonly scheme?: Scheme;
  /** LM hashes: the code page of the machine; default `cp437`. `utf8` hashes the bytes as they are. */
  readonly passwordCharset?: string;
  /** msdcc2: default 10,240, the number of Windows itself. */
  readonly iterations?: number;
}

const name = "windows";

/** Checks Windows' hashes, in rows that name the format; msdcc and msdcc2 in rows that bring `username`. */
export function windows(settings: WindowsSettings = {}): HashFormat {
  const { scheme = "nthash", passwordCharset = "cp437" } = settings;
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const iterations = readBound("iterations", settings.iterations, { usual: 10_240, min: 1, max: 10_000_000 });
  const parsers: Readonly<Record<Scheme, (stored: StoredPassword) => ParsedHash>> = {
    nthash: (stored) => digestCheck(decode(stored, 16), ntHash),
    lmhash: (stored) => digestCheck(decode(stored, 16), (password) => lmHash(password, passwordCharset, 14)),
    "lmhash-half": (stored) => digestCheck(decode(stored, 8), (password) => lmHash(password, passwordCharset, 7)),
    msdcc: (stored) => {
      const user = userBytes(stored);
      return digestCheck(decode(stored, 16), (password) => cachedCredentials(password, user));
    },
    msdcc2: (stored) => {
      const salt = userBytes(stored);
      return pbkdf2Hash({
        format: name,
        digest: "sha1",
        iterations: iterations.value,
        salt,
        key: decode(stored, 16),
        keyBytes: { min: 16, max: 16 },
        maxIterations,
        prepare: (password) => cachedCredentials(password, salt),
      });
    },
  };
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    parse: (stored) => (parsers[scheme] ?? parsers.nthash)(stored),
  };
  const allowed = [...codePageNames, "utf8"];
  const wordFaults = [
    ...(schemes.includes(scheme) ? [] : [{ path: "scheme", message: `an unknown one, allowed ${schemes.join(", ")}` }]),
    ...(allowed.includes(passwordCharset)
      ? []
      : [{ path: "passwordCharset", message: `an unknown one, allowed ${allowed.join(", ")}` }]),
  ];
  return withSettingFaults(format, [...wordFaults, ...iterations.faults, ...faults]);
}

function decode(stored: StoredPassword, length: number): Uint8Array {
  return bytesWithin(name, "bytes", decodeHex(encodedText(name, stored)), { min: length, max: length });
}

async function ntHash(password: Uint8Array): Promise<Uint8Array | undefined> {
  const text = utf16le(password);
  return text === undefined ? undefined : md4(text);
}

/** The password in capitals as two DES keys; what is beyond 14 characters never counted. */
function lmHash(password: Uint8Array, charset: string, length: 7 | 14): Uint8Array | undefined {
  const capitals = utf8Text(password)?.toUpperCase();
  if (capitals === undefined) return undefined;
  const bytes = isCodePage(charset) ? encodeCodePage(capitals, charset) : Buffer.from(capitals);
  if (bytes === undefined) return undefined;
  const key = new Uint8Array(length);
  key.set(bytes.subarray(0, length));
  const half = (start: number) => desBlock(desKeyOf56Bits(key.subarray(start, start + 7)), Buffer.from("KGS!@#$%"));
  return length === 7 ? half(0) : Buffer.concat([half(0), half(7)]);
}

function userBytes(stored: StoredPassword): Uint8Array {
  if (stored.username === undefined) throw damaged(name, "no user name beside the string");
  return Buffer.from(stored.username.toLowerCase(), "utf16le");
}

async function cachedCredentials(password: Uint8Array, user: Uint8Array): Promise<Uint8Array | undefined> {
  const nt = await ntHash(password);
  return nt === undefined ? undefined : md4(Buffer.concat([nt, user]));
}

/** Names of character sets as Python has them, in rows that say one. */
function charsetOf(params: HashParams): { readonly passwordCharset?: string } {
  const charset = optionalText(params, "password_charset")?.toLowerCase().replaceAll("_", "-");
  if (charset === undefined) return {};
  if (["utf8", "utf-8", "ascii"].includes(charset)) return { passwordCharset: "utf8" };
  if (["latin1", "latin-1", "iso-8859-1"].includes(charset)) return { passwordCharset: "latin1" };
  if (isCodePage(charset)) return { passwordCharset: charset };
  throw damaged("row", "an unknown password_charset beside the string");
}

function dialect(id: Scheme, usedBy: string, example: string, read: HashDialect["read"]): HashDialect {
  const couldBe = id === "lmhash-half" ? /^[0-9A-Fa-f]{16}$/ : /^[0-9A-Fa-f]{32}$/;
  return { id, usedBy, example, couldBe, line: `windows({ scheme: "${id}" })`, read };
}

function cached(scheme: "msdcc" | "msdcc2"): HashDialect["read"] {
  return (encoded, params) => {
    const iterations = Object.hasOwn(params, "iterations") ? { iterations: numberParam(params, "iterations") } : {};
    const stored = { format: name, encoded, username: textParam(params, "username") };
    return { format: windows({ scheme, ...iterations }), stored };
  };
}

function lm(scheme: "lmhash" | "lmhash-half"): HashDialect["read"] {
  return (encoded, params) => ({
    format: windows({ scheme, ...charsetOf(params) }),
    stored: { format: name, encoded },
  });
}

export const windowsFamily: HashFamily = {
  name,
  title: "Windows (NT, LM, cached credentials)",
  specified: "[MS-NLMP] section 3.3.1; [MS-SAMR]; MS-Cache as passlib has it",
  bounds: `msdcc2: ${pbkdf2BoundsText}`,
  dialects: [
    dialect("nthash", "Active Directory, Samba, FreeRADIUS", "6677b2c394311355b54f25eec5bfacf5", (encoded) => ({
      format: windows(),
      stored: { format: name, encoded },
    })),
    dialect("lmhash", "Windows before Vista, Samba", "c9b81d939d6fd80cd408e6b105741864", lm("lmhash")),
    dialect("lmhash-half", "exports of LM hashes in halves", "299bd128c1101fd6", lm("lmhash-half")),
    {
      ...dialect("msdcc", "Windows XP, cached logons", "b1176c2587478785ec1037e5abc916d0", cached("msdcc")),
      beside: "user name",
    },
    {
      ...dialect(
        "msdcc2",
        "Windows Vista and later, cached logons",
        "607bbe89611e37446e736f7856515bf8",
        cached("msdcc2"),
      ),
      beside: "user name",
    },
  ],
};
