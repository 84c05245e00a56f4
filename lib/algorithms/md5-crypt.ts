// md5crypt, FreeBSD's crypt(3) of 1994 by Poul-Henning Kamp, which Apache (`$apr1$`) and AIX took over with another magic
// string. Specified by its source; this follows the description in passlib's documentation.

import { hash } from "node:crypto";
import { encodeCrypt64 } from "../core/encodings.ts";
import { runCryptRounds } from "./crypt-rounds.ts";
import { md5Bytes, md5Kernel } from "./md5-kernel.ts";

const rounds = 1000;
/** Measured: 0.2 ms; 1,000 rounds of one or two blocks. */
export const md5CryptCostMs = 0.5;
export const md5CryptMemoryBytes = 65_536;

/** The 16 bytes of md5crypt. `magic` is `$1$`, `$apr1$` or nothing. */
export async function deriveMd5Crypt(
  magic: string,
  password: Uint8Array,
  salt: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const inner = md5(password, salt, password);
  const parts: Uint8Array[] = [password, Buffer.from(magic), salt];
  parts.push(Uint8Array.from(password, (_, index) => inner[index % md5Bytes] ?? 0));
  // The bits of the length, lowest first: a zero byte for a one, the password's first byte for a zero.
  for (let bits = password.length; bits > 0; bits >>>= 1) {
    parts.push(bits % 2 === 1 ? new Uint8Array(1) : password.subarray(0, 1));
  }
  const digest = md5(...parts);
  await runCryptRounds(md5Kernel, digest, password, salt, rounds, signal);
  return digest;
}

/** Which byte stands where in the 22 characters, the least significant of each group of three first. */
const order = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];

/** As crypt(3) writes the 16 bytes of md5crypt and of Sun's MD5. */
export function encodeMd5Crypt(digest: Uint8Array): string {
  return encodeCrypt64(Uint8Array.from(order, (index) => digest[index] ?? 0));
}

function md5(...parts: readonly Uint8Array[]): Uint8Array {
  return hash("md5", Buffer.concat(parts), "buffer");
}
