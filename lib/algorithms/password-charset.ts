// The character sets in which old sites took passwords. A browser sent the characters of the page's own set, and the
// site hashed those bytes. Today's password comes as UTF-8 and is turned back.

import { utf8Text, utf16be, utf16le } from "./password-text.ts";

/** Labels of the WHATWG Encoding Standard that Node decodes, of one or two bytes a character. */
const decodable = [
  ...["windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256"],
  ...["windows-1257", "windows-1258", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-15", "koi8-r", "koi8-u"],
  ...["gbk", "big5", "shift_jis", "euc-kr"],
] as const;

export const passwordEncodings = ["utf8", "utf16le", "utf16be", "latin1", ...decodable] as const;
export type PasswordEncoding =
  | "utf8"
  | "utf16le"
  | "utf16be"
  | "latin1"
  | `windows-125${"0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8"}`
  | `iso-8859-${"2" | "5" | "7" | "15"}`
  | "koi8-r"
  | "koi8-u"
  | "gbk"
  | "big5"
  | "shift_jis"
  | "euc-kr";

/**
 * A password's UTF-8 bytes in another character set; `undefined` for a character that is not in it, or for bytes that
 * are no UTF-8. `utf8` leaves the bytes as they are, whatever they are.
 */
export function encodePassword(bytes: Uint8Array, encoding: PasswordEncoding): Uint8Array | undefined {
  if (encoding === "utf8") return bytes;
  if (encoding === "utf16le") return utf16le(bytes);
  if (encoding === "utf16be") return utf16be(bytes);
  const text = utf8Text(bytes);
  if (text === undefined) return undefined;
  const characters = Array.from(text, (character) => encodeCharacter(character, encoding));
  return characters.every((one) => one !== undefined) ? Buffer.concat(characters) : undefined;
}

function encodeCharacter(character: string, encoding: string): Uint8Array | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < 128 || (encoding === "latin1" && code < 256)) return Uint8Array.of(code);
  return encoding === "latin1" ? undefined : bytesByCharacter(encoding).get(character);
}

const tables = new Map<string, ReadonlyMap<string, Uint8Array>>();

/** The way back from what TextDecoder knows, made at the first use: 24,000 pairs at the most, some ten milliseconds. */
function bytesByCharacter(encoding: string): ReadonlyMap<string, Uint8Array> {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const made = new Map<string, Uint8Array>();
  const decoder = new TextDecoder(encoding);
  const add = (...bytes: readonly number[]): boolean => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if (Array.from(text).length !== 1 || text === "\ufffd") return false;
    if (!made.has(text)) made.set(text, Uint8Array.from(bytes));
    return true;
  };
  for (let lead = 0x80; lead <= 0xff; lead += 1) {
    if (add(lead)) continue;
    for (let trail = 0x40; trail <= 0xfe; trail += 1) add(lead, trail);
  }
  tables.set(encoding, made);
  return made;
}
