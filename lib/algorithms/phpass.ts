// phpass's portable hash, over MD5 (phpass itself) and over SHA-512 (Drupal 7): the salt and the password hashed once,
// then 2^n times the digest and the password. Specified by its source, PasswordHash.php of openwall.com/phpass.

import { hash } from "node:crypto";
import { encodeCrypt64 } from "../core/encodings.ts";
import { runRounds } from "../core/hash-rounds.ts";
import { type DigestKernel, withMessages } from "./digest-kernel.ts";
import { md5Kernel } from "./md5-kernel.ts";
import { sha512Kernel } from "./sha2-kernel.ts";

/** Over MD5; 22 characters. About 1 ms for the 2^13 rounds of WordPress. */
export function phpassMd5(password: Uint8Array, salt: string, rounds: number, signal: AbortSignal): Promise<string> {
  return derive("md5", md5Kernel, password, salt, rounds, signal);
}

/** Over SHA-512; 86 characters, of which Drupal keeps the first 43. About 22 ms for the 2^16 rounds of Drupal 10. */
export function phpassSha512(password: Uint8Array, salt: string, rounds: number, signal: AbortSignal): Promise<string> {
  return derive("sha512", sha512Kernel, password, salt, rounds, signal);
}

async function derive(
  algorithm: "md5" | "sha512",
  kernel: DigestKernel,
  password: Uint8Array,
  salt: string,
  rounds: number,
  signal: AbortSignal,
): Promise<string> {
  const first = hash(algorithm, Buffer.concat([Buffer.from(salt), password]), "buffer");
  return withMessages(kernel, [Buffer.concat([first, password])], async ({ bytes, ends, digest }) => {
    const end = ends[0] ?? 0;
    await runRounds(rounds, signal, () => digest(0, end, 0));
    return encodeCrypt64(bytes.subarray(0, first.length));
  });
}
