// What expressions of digests can do to bytes besides hashing them. PHP's names, because most of the sites were PHP.

import { decodeHex } from "../core/encodings.ts";
import { utf8Text, utf16be, utf16le } from "./password-text.ts";

/** `undefined` for bytes that the function has no answer for; the check is then a mismatch. */
export type ByteFunction = (bytes: Uint8Array) => Uint8Array | undefined;

export interface TextFunction {
  readonly apply: ByteFunction;
  /** The length of the result, where it follows from the argument's; and the most that it can be. */
  readonly exactly?: (bytes: number) => number;
  readonly atMost: (bytes: number) => number;
}

const same = (bytes: number): number => bytes;

export const textFunctions: ReadonlyMap<string, TextFunction> = new Map<string, TextFunction>([
  ["strtolower", { apply: (bytes) => mapAscii(bytes, 0x41, 0x20), exactly: same, atMost: same }],
  ["strtoupper", { apply: (bytes) => mapAscii(bytes, 0x61, -0x20), exactly: same, atMost: same }],
  // A letter can take three bytes where it had two.
  ["mb_strtolower", { apply: (bytes) => mapText(bytes, (text) => text.toLowerCase()), atMost: (bytes) => 3 * bytes }],
  ["mb_strtoupper", { apply: (bytes) => mapText(bytes, (text) => text.toUpperCase()), atMost: (bytes) => 3 * bytes }],
  ["strrev", { apply: (bytes) => bytes.toReversed(), exactly: same, atMost: same }],
  ["trim", { apply: trim, atMost: same }],
  ["htmlspecialchars", { apply: escapeHtml, atMost: (bytes) => 6 * bytes }],
  ["utf16le", { apply: (bytes) => utf16le(bytes), atMost: (bytes) => 2 * bytes }],
  ["utf16be", { apply: (bytes) => utf16be(bytes), atMost: (bytes) => 2 * bytes }],
  ["hex", { apply: hex, exactly: (bytes) => 2 * bytes, atMost: (bytes) => 2 * bytes }],
  ["unhex", { apply: (bytes) => decodeHex(Buffer.from(bytes).toString("latin1")), atMost: same }],
  ["base64", { apply: base64, exactly: base64Length, atMost: base64Length }],
  ["base64_encode", { apply: base64, exactly: base64Length, atMost: base64Length }],
  ["bin2hex", { apply: hex, exactly: (bytes) => 2 * bytes, atMost: (bytes) => 2 * bytes }],
]);

/** Written in lower case, as PHP, Python and Ruby write digests. */
export function hex(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("hex"), "latin1");
}

function base64(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("base64"), "latin1");
}

function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** The letters of ASCII alone, as PHP 8 has it and older PHP in the C locale. */
function mapAscii(bytes: Uint8Array, firstLetter: number, shift: number): Uint8Array {
  return bytes.map((byte) => (byte >= firstLetter && byte < firstLetter + 26 ? byte + shift : byte));
}

function mapText(bytes: Uint8Array, change: (text: string) => string): Uint8Array | undefined {
  const text = utf8Text(bytes);
  return text === undefined ? undefined : Buffer.from(change(text));
}

/** PHP's trim(): space, tab, line feed, carriage return, NUL, vertical tab. */
function trim(bytes: Uint8Array): Uint8Array {
  const kept = (byte: number): boolean => ![0x20, 0x09, 0x0a, 0x0d, 0x00, 0x0b].includes(byte);
  const start = bytes.findIndex(kept);
  return start < 0 ? new Uint8Array() : bytes.subarray(start, bytes.findLastIndex(kept) + 1);
}

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

/** PHP's htmlspecialchars() before 8.1: single quotes stay. */
function escapeHtml(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  return Buffer.from(
    text.replace(/[&"<>]/g, (character) => entities.get(character) ?? character),
    "latin1",
  );
}
