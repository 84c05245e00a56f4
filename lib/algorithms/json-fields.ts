// Rows that are JSON, as importers take them, and the columns beside a row, read field by field.

import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, wholeNumber } from "../core/hash-bounds.ts";

/** What stands in an object; also the `params` of a row. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws MigrationError HASH_DAMAGED. The parser's own message is left out: it repeats a part of the text. */
export function parseJson(format: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(format, "no JSON");
    throw error;
  }
}

/** @throws MigrationError HASH_DAMAGED */
export function asFields(format: string, what: string, value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw damaged(format, `${what} is no JSON object`);
  }
  return Object.fromEntries(Object.entries(value));
}

/** An object that stands in the row as it is or as a text of its own. */
export function nestedFields(format: string, what: string, value: unknown): Fields {
  return asFields(format, what, typeof value === "string" ? parseJson(format, value) : value);
}

/** A field that is there; null is "not there", as in most exports. */
export function field(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === null ? undefined : value;
}

/** @throws MigrationError HASH_DAMAGED for a field of another type. */
export function optionalText(format: string, fields: Fields, name: string): string | undefined {
  const value = field(fields, name);
  if (value === undefined || typeof value === "string") return value;
  throw damaged(format, `${name} is no text`);
}

/** @throws MigrationError HASH_DAMAGED */
export function requiredText(format: string, fields: Fields, name: string): string {
  const value = optionalText(format, fields, name);
  if (value === undefined) throw damaged(format, `no ${name}`);
  return value;
}

/** A whole number, written as one or as its decimal text. @throws MigrationError HASH_DAMAGED */
export function optionalNumber(format: string, fields: Fields, name: string): number | undefined {
  const value = field(fields, name);
  if (value === undefined) return undefined;
  const number = typeof value === "string" ? wholeNumber(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number)) return number;
  throw damaged(format, `${name} is no whole number`);
}

/** @throws MigrationError HASH_DAMAGED */
export function requiredNumber(format: string, fields: Fields, name: string): number {
  const value = optionalNumber(format, fields, name);
  if (value === undefined) throw damaged(format, `no ${name}`);
  return value;
}

/** One of several words. @throws MigrationError HASH_DAMAGED */
export function choice<Word extends string>(
  format: string,
  fields: Fields,
  name: string,
  words: readonly Word[],
  usual?: Word,
): Word {
  const text = optionalText(format, fields, name) ?? usual;
  const word = words.find((one) => one === text);
  if (word === undefined) throw damaged(format, `${name}: allowed are ${words.join(", ")}`);
  return word;
}

/** A digest in hexadecimal or base64: its hexadecimal form is the longer one, so the length tells. */
export function decodeDigest(text: string, bytes: number): Uint8Array | undefined {
  const decoded = text.length === 2 * bytes ? decodeHex(text) : decodeBase64(text);
  return decoded?.length === bytes ? decoded : undefined;
}

/** Base64 of either alphabet (RFC 4648 sections 4 and 5); one text keeps to one of them. */
export function decodeAnyBase64(text: string): Uint8Array | undefined {
  if (/[-_]/.test(text) && /[+/]/.test(text)) return undefined;
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}
