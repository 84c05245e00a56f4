// Strict codecs of stored hashes. A decoder answers `undefined` for anything that is not exactly its encoding, because
// Buffer.from skips what it does not know: Buffer.from("!!!!", "base64") is empty, and an empty digest must never match.

/** Standard base64 (RFC 4648 section 4), padded in full or not at all; the unused low bits must be zero. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(bare)) return undefined;
  if (bare !== text && text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(bare, "base64");
  // Encoding again finds a character too many and unused bits that are not zero.
  return bytes.toString("base64").replace(/=+$/, "") === bare ? bytes : undefined;
}

/** passlib's "adapted base64": `+` is written `.`, no padding. Standard base64 is taken too: some writers mix the two. */
export function decodeAdaptedBase64(text: string): Uint8Array | undefined {
  return decodeBase64(text.replaceAll(".", "+"));
}

/** Hexadecimal of whole bytes, either case. */
export function decodeHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? Buffer.from(text, "hex") : undefined;
}

const crypt64Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The value of one character of crypt(3)'s alphabet, `undefined` for any other character. */
export function crypt64Value(character: string): number | undefined {
  const value = character.length === 1 ? crypt64Alphabet.indexOf(character) : -1;
  return value < 0 ? undefined : value;
}

/** crypt(3)'s own base64: little-endian groups of three bytes, least significant six bits first, no padding. */
export function encodeCrypt64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 3) {
    const group = bytes.subarray(start, start + 3);
    let value = group.reduce((sum, byte, index) => sum | (byte << (8 * index)), 0);
    for (let written = 0; written <= group.length; written += 1) {
      text += crypt64Alphabet[value & 63];
      value >>>= 6;
    }
  }
  return text;
}
