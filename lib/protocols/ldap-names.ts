import { maxIdentifierLength } from "../core/identifier.ts";

/**
 * One value of a DN, escaped by RFC 4514 2.4. The values of filters need no such thing: they are never part of a
 * filter's text, but go to the driver's filter objects as they are.
 */
export function escapeDnValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what is escaped
  const special = /["+,;<>\\=#\u0000-\u001f\u007f]|^ | $/g;
  return text.replace(special, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** A name of an attribute (RFC 4512 1.4), without options. */
export function isAttributeName(text: unknown): text is string {
  return typeof text === "string" && /^(?:[a-zA-Z][a-zA-Z0-9-]*|[0-9]+(?:\.[0-9]+)+)$/.test(text);
}

/**
 * Whether a directory's value is the canonical identifier. Directories compare more loosely than people are told apart:
 * without case, blanks at the ends or compatibility forms (RFC 4518), so that a look-up may lead to somebody else.
 */
export function isCalled(value: string, canonical: string, by: "email" | "phone" | "username" | "id"): boolean {
  const exact = value.normalize("NFC");
  if (exact === canonical || exact.toLowerCase() === canonical) return true;
  // RFC 4517 4.2.29: blanks and hyphens in a telephone number mean nothing.
  return by === "phone" && exact.replace(/[ ().-]/g, "") === canonical;
}

/** Whether anybody can be called so: what is too long or has no UTF-8 form is not sent to a directory. */
export function isNameable(text: string): boolean {
  return text !== "" && text.length <= maxIdentifierLength && text.isWellFormed();
}
