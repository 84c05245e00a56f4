// Cisco devices: `$8$` (PBKDF2) and `$9$` (scrypt) of IOS, and without a prefix IOS types 4 (SHA-256) and 7 (a cipher with a
// known key), PIX and ASA (MD5 of password and user name in a field of fixed length).
// passlib's cisco_type7, cisco_pix and cisco_asa; hashcat modes 5700, 9200, 9300, 2400 and 2410.

import { hash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { pbkdf2Hash } from "../algorithms/pbkdf2.ts";
import { readScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { decodeBase64, decodeHex, encodeCrypt64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { optionalText, stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

const bareTypes = ["type4", "type7", "pix", "asa"] as const;

export interface CiscoSettings {
  /** What strings without a prefix are; without it they are refused. */
  readonly bare?: (typeof bareTypes)[number];
}

const name = "cisco";
const keyBytes = { min: 32, max: 32 };

/** Checks Cisco's hashes; those without a prefix in rows that name the format, PIX's and ASA's with `username`. */
export function cisco(settings: CiscoSettings = {}): HashFormat {
  const { bare } = settings;
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$[89]\$[./0-9A-Za-z]{14}\$/),
    parse(stored) {
      const text = encodedText(name, stored);
      if (text.startsWith("$")) return parseSalted(text);
      if (bare === "type4") return parseType4(text);
      if (bare === "type7") return parseType7(text);
      if (bare === undefined) throw damaged(name, "no $8$ or $9$, and the setting bare does not say what it is");
      return parseAppliance(text, stored, bare === "asa");
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$9$z2.7m0bwtCNtvF$Zj4NMGYt1gU1Enp9UDWkm8LR1hCg11wMWq4T2W/7R2I" },
  };
  const known = bare === undefined || bareTypes.includes(bare);
  const faults = known ? [] : [{ path: "bare", message: `an unknown type, allowed ${bareTypes.join(", ")}` }];
  return withSettingFaults(format, faults);
}

function parseSalted(text: string): ParsedHash {
  const [, type, salt = "", digest = ""] = /^\$([89])\$([./0-9A-Za-z]{14})\$([./0-9A-Za-z]{43})$/.exec(text) ?? [];
  if (type === undefined) throw damaged(name, "not of the form $8$ or $9$, 14 characters of salt, $ and 43 of digest");
  const stored = { format: name, salt: Buffer.from(salt), key: decodeBigEndian64(digest), keyBytes };
  if (type === "8") return pbkdf2Hash({ ...stored, digest: "sha256", iterations: 20_000 });
  return scryptHash({ ...stored, n: 16_384, r: 1, p: 1, limits: readScryptBounds({}).limits });
}

function parseType4(text: string): ParsedHash {
  const expected = bytesWithin(name, "bytes of SHA-256", decodeBigEndian64(text), keyBytes);
  return digestCheck(expected, (password) => hash("sha256", password, "buffer"));
}

/** The key that IOS has for all devices. */
const type7Key = Buffer.from("dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87");

/** Two decimal digits of where in the key to begin, and the enciphered password in hexadecimal. */
function parseType7(text: string): ParsedHash {
  const [, offset = "", hex = "?"] = /^([0-9]{2})(.+)$/s.exec(text) ?? [];
  const bytes = bytesWithin(name, "bytes of a type 7 password", decodeHex(hex), { min: 1, max: 1024 });
  const start = Number(offset);
  if (start >= type7Key.length) throw damaged(name, `${start} as offset, allowed 0 to ${type7Key.length - 1}`);
  const clear = bytes.map((byte, index) => byte ^ (type7Key[(start + index) % type7Key.length] ?? 0));
  return digestCheck(clear, (password) => password);
}

const pixCharacters = 16;
const asaCharacters = 32;
/** An ASA has no room for four characters of the user name behind longer passwords. */
const asaUserLimit = 28;

/** Twelve of MD5's sixteen bytes: every fourth is dropped. */
function parseAppliance(text: string, stored: StoredPassword, asa: boolean): ParsedHash {
  if (!/^[./0-9A-Za-z]{16}$/.test(text)) throw damaged(name, "not 16 characters of a PIX or ASA digest");
  const user = Buffer.from(stored.username ?? "");
  return digestCheck(Buffer.from(text), (password) => {
    // Neither device takes a longer password.
    if (password.length > (asa ? asaCharacters : pixCharacters)) return undefined;
    const withUser = user.length > 0 && (!asa || password.length < asaUserLimit);
    const four = Uint8Array.from({ length: withUser ? 4 : 0 }, (_, index) => user[index % user.length] ?? 0);
    const whole = Buffer.concat([password, four]);
    const field = Buffer.alloc(asa && whole.length > pixCharacters ? asaCharacters : pixCharacters);
    field.set(whole.subarray(0, field.length));
    return Buffer.from(encodeCrypt64(hash("md5", field, "buffer").filter((_, index) => index % 4 !== 3)));
  });
}

/** crypt(3)'s alphabet with the most significant bits first: base64 by other letters. */
function decodeBigEndian64(text: string): Uint8Array | undefined {
  const crypt64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return decodeBase64(Array.from(text, (character) => base64[crypt64.indexOf(character)] ?? "?").join(""));
}

function bareRead(bare: NonNullable<CiscoSettings["bare"]>): HashDialect["read"] {
  return (encoded, params) => {
    const username = optionalText(params, "username");
    return {
      format: cisco({ bare }),
      stored: { format: name, encoded, ...(username === undefined ? {} : { username }) },
    };
  };
}

function bareDialect(
  bare: NonNullable<CiscoSettings["bare"]>,
  id: string,
  usedBy: string,
  example: string,
): HashDialect {
  const beside = bare === "pix" || bare === "asa" ? { beside: "user name" } : {};
  const couldBe = { type4: /^[./0-9A-Za-z]{43}$/, type7: /^[0-9]{2}(?:[0-9A-Fa-f]{2})+$/ };
  return {
    id,
    example,
    usedBy,
    ...beside,
    couldBe: bare === "type4" || bare === "type7" ? couldBe[bare] : /^[./0-9A-Za-z]{16}$/,
    line: `cisco({ bare: "${bare}" })`,
    read: bareRead(bare),
  };
}

export const ciscoFamily: HashFamily = {
  name,
  title: "Cisco",
  specified: "passlib's cisco_type7, cisco_pix and cisco_asa; hashcat modes 5700, 9200 and 9300",
  bounds: "fixed costs: type 8 has 20,000 iterations, type 9 N = 16,384",
  dialects: [
    {
      id: "cisco-type8",
      example: "$8$84486783037343$pYNyVrtyMalQrZLxRi7ZLQS1Fl.jkYCgASUi5P8JNb2",
      usedBy: "IOS, secret 8",
      line: "cisco()",
      read: stringAlone(cisco),
    },
    {
      id: "cisco-type9",
      example: "$9$87023684531115$phio0TBQwaO7KZ8toQFyGFyDvyOzidaypRWN0uKX0hU",
      usedBy: "IOS, secret 9",
      line: "cisco()",
      read: stringAlone(cisco),
    },
    bareDialect("type4", "cisco-type4", "IOS, secret 4", "2btjjy78REtmYkkW0csHUbJZOstRXoWdX1mGrmmfeHI"),
    bareDialect("type7", "cisco-type7", "IOS, password 7", "1511021F07257A767B"),
    bareDialect("pix", "cisco-pix", "PIX", "2KFQnbNIdI.2KYOU"),
    bareDialect("asa", "cisco-asa", "ASA", "3USUcOPFUiMCO4Jk"),
  ],
};
