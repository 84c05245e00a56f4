// DES (FIPS 46-3) as LAN Manager and Oracle use it. Node has no single DES, but Triple DES with three times the same key
// is the same function.

import { createCipheriv } from "node:crypto";

export const desBlockBytes = 8;

/** One block in ECB mode. @param key Eight bytes; their lowest bits are parity and do not count. */
export function desBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv("des-ede3-ecb", threeTimes(key), null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** The last block of CBC mode from a zero vector: a digest of the text. @param text A multiple of eight bytes. */
export function desCbcLastBlock(key: Uint8Array, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv("des-ede3-cbc", threeTimes(key), new Uint8Array(desBlockBytes));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(text), cipher.final()]).subarray(-desBlockBytes);
}

/** A key of seven bytes, spread over eight with room for parity. */
export function desKeyOf56Bits(bytes: Uint8Array): Uint8Array {
  const bits = Array.from({ length: 7 }, (_, index) => (bytes[index] ?? 0).toString(2).padStart(8, "0")).join("");
  return Uint8Array.from({ length: 8 }, (_, index) => Number.parseInt(bits.slice(7 * index, 7 * index + 7), 2) << 1);
}

function threeTimes(key: Uint8Array): Uint8Array {
  return Buffer.concat([key, key, key]);
}
