// The other way in which crypt(3) schemes write bytes in their alphabet.

import { encodeCrypt64 } from "../core/encodings.ts";

/**
 * Groups of three bytes, the first one highest, written from the least significant six bits on, as NetBSD's `$sha1$`
 * and AIX's `{ssha…}` do. A last group that is not full is filled with zero bytes and cut to what a whole encoding
 * needs: its highest bits are lost, as they are in AIX.
 */
export function encodeCrypt64HighFirst(bytes: Uint8Array): string {
  const filled = new Uint8Array(Math.ceil(bytes.length / 3) * 3);
  for (const [index, byte] of bytes.entries()) filled[index - (index % 3) + 2 - (index % 3)] = byte;
  return encodeCrypt64(filled).slice(0, Math.ceil((bytes.length * 8) / 6));
}
