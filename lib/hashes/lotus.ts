// HTTP passwords of Lotus Notes and Domino: 32 hexadecimal digits, also in parentheses (5), `(G...)` with a salt (6) and
// `(H...)` with PBKDF2 over the latter (8). openwall.com/lists/john-users/2005/11/21/5; hashcat modes 8600, 8700 and 9100.

import { type ComputeDigest, digestCheck } from "../algorithms/digest-check.ts";
import { lotusDigest } from "../algorithms/lotus-digest.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type LotusSettings = Pbkdf2Bounds;

const name = "lotus";
const saltBytes6 = 5;
/** Of the 15 bytes of salt and digest the last character but one is not Domino's to compare, and the last is cut off. */
const comparedCharacters = 18;
const saltBytes8 = 16;

/** Checks Domino's hashes; 32 bare digits in rows that name the format. */
export function lotus(settings: LotusSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\((?:[0-9A-Fa-f]{32}|G[0-9A-Za-z+/]{19}|H[0-9A-Za-z+/]{48})\)$/),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, bare, hex6, hex8] =
    /^(?:\(?([0-9A-Fa-f]{32})\)?|\(G([0-9A-Za-z+/]{19})\)|\(H([0-9A-Za-z+/]{48})\))$/.exec(text) ?? [];
  if (bare !== undefined) return digestCheck(decodeHex(bare) ?? new Uint8Array(), lotusDigest);
  if (hex6 !== undefined) {
    const compared = hex6.slice(0, comparedCharacters);
    // A whole number of groups decodes; "0" is zero bits.
    const salt = saltOf(decodeDomino(`${compared}00`), saltBytes6);
    return digestCheck(Buffer.from(compared), compute6(salt, compared.length));
  }
  if (hex8 !== undefined) return parse8(decodeDomino(hex8), maxIterations);
  throw damaged(name, "not 32 hexadecimal digits, (G...) or (H...)");
}

/** Salt, ten decimal digits of iterations, two unknown characters, eight bytes of key. */
function parse8(bytes: Buffer, maxIterations: number | undefined): ParsedHash {
  const salt = saltOf(bytes, saltBytes8);
  const compute = compute6(salt.subarray(0, saltBytes6));
  return pbkdf2Hash({
    format: name,
    digest: "sha1",
    iterations: bytes.toString("latin1", saltBytes8, saltBytes8 + 10).replace(/^0+(?=[0-9])/, ""),
    salt,
    key: bytes.subarray(28),
    keyBytes: { min: 8, max: 8 },
    maxIterations,
    prepare: async (password, signal) => {
      const encoded = await compute(password, signal);
      return encoded === undefined ? undefined : Buffer.concat([Buffer.from("(G"), encoded, Buffer.from(")")]);
    },
  });
}

/** The text between `(G` and `)`: the salt and the digest of the salt and of Domino 5's hash in parentheses. */
function compute6(salt: Uint8Array, characters = 19): ComputeDigest {
  return (password) => {
    const inner = `(${Buffer.from(lotusDigest(password)).toString("hex").toUpperCase()})`;
    const message = Buffer.concat([salt, Buffer.from(inner)]).subarray(0, 34);
    const bytes = Buffer.concat([salt, lotusDigest(message).subarray(0, 10)]);
    bytes[3] = ((bytes[3] ?? 0) + 4) & 0xff;
    return Buffer.from(encodeDomino(bytes).slice(0, characters));
  };
}

/** The fourth byte of the salt is written with four added to it. */
function saltOf(bytes: Uint8Array, length: number): Uint8Array {
  const salt = Uint8Array.from(bytes.subarray(0, length));
  salt[3] = ((salt[3] ?? 0) - 4) & 0xff;
  return salt;
}

const standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const dominoAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";

function translate(text: string, from: string, to: string): string {
  return Array.from(text, (character) => to[from.indexOf(character)] ?? "").join("");
}

function decodeDomino(text: string): Buffer {
  return Buffer.from(decodeBase64(translate(text, dominoAlphabet, standardAlphabet)) ?? []);
}

function encodeDomino(bytes: Buffer): string {
  return translate(bytes.toString("base64"), standardAlphabet, dominoAlphabet);
}

export const lotusFamily: HashFamily = {
  name,
  title: "Lotus Notes and Domino",
  specified: "openwall.com/lists/john-users/2005/11/21/5; hashcat modes 8600, 8700 and 9100",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "lotus5",
      example: "3dd2e1e5ac03e230243d58b8c5ada076",
      usedBy: "Domino 5 and before",
      couldBe: /^[0-9A-Fa-f]{32}$/,
      line: "lotus()",
      read: (encoded) => ({ format: lotus(), stored: { format: name, encoded } }),
    },
    {
      id: "lotus6",
      example: "(GDJ0nDZI8l8RJzlRbemg)",
      usedBy: "Domino 4.6 to 8 (more secure internet passwords)",
      line: "lotus()",
      read: stringAlone(lotus),
    },
    {
      id: "lotus8",
      example: "(HC34tD3KtDp4oCZWmCJ4qC30mC30mC3KmC30mCcA5ovrMLH9M)",
      usedBy: "Domino 8.0.1 and later",
      line: "lotus()",
      read: stringAlone(lotus),
    },
  ],
};
