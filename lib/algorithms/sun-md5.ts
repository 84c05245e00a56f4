// Sun's MD5 crypt of Solaris 9 (Alec Muffett, 2003): rounds of MD5 in which bits of the digest decide by "coin flips"
// whether a text of 1,517 bytes is hashed with it. Specified by its source, crypt_sunmd5.c; this follows the description
// in passlib's documentation.

import { hash } from "node:crypto";
import { runRounds } from "../core/hash-rounds.ts";
import { withMessages } from "./digest-kernel.ts";
import { md5Bytes, md5Kernel } from "./md5-kernel.ts";
import { hamletText } from "./sun-md5-text.ts";

/** Added to the rounds that the string names. */
export const sunMd5BasicRounds = 4096;
/** Measured; half of the rounds hash 24 blocks, the others one. */
export const sunMd5CostMsPerRound = 0.0025;
/** The highest round number has seven digits. */
const numberBytes = 7;

/** The 16 bytes. `rounds` includes the basic ones; `configuration` is the string's part that is hashed as the salt. */
export async function deriveSunMd5(
  password: Uint8Array,
  configuration: Uint8Array,
  rounds: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const text = Buffer.from(`${hamletText}\0`);
  // By the number of digits of the round's number, which ends the message: without the text, then with it.
  const messages = [new Uint8Array(0), text].flatMap((middle) =>
    Array.from({ length: numberBytes }, (_, digits) =>
      Buffer.concat([new Uint8Array(md5Bytes), middle, new Uint8Array(digits + 1)]),
    ),
  );
  const digest = hash("md5", Buffer.concat([password, configuration]), "buffer");
  await withMessages(md5Kernel, messages, ({ bytes, starts, ends, digest: hashInMemory }) =>
    runRounds(rounds, signal, (round) => {
      const number = `${round}`;
      const flipped = flipCoin(digest, round);
      const message = number.length - 1 + flipped * numberBytes;
      const start = starts[message] ?? 0;
      const numberAt = start + md5Bytes + flipped * text.length;
      bytes.set(digest, start);
      for (let index = 0; index < number.length; index += 1) bytes[numberAt + index] = number.charCodeAt(index);
      hashInMemory(start, ends[message] ?? 0, start);
      for (let index = 0; index < md5Bytes; index += 1) digest[index] = bytes[start + index] ?? 0;
    }),
  );
  return digest;
}

function flipCoin(digest: Uint8Array, round: number): number {
  const x = sevenBits(digest, 0, bitOf(digest, round & 127));
  const y = sevenBits(digest, 8, bitOf(digest, (round + 64) & 127));
  return bitOf(digest, x) ^ bitOf(digest, y);
}

/** A number of seven bits, each taken from the digest where two bytes of it, three places apart, lead to. */
function sevenBits(digest: Uint8Array, start: number, shift: number): number {
  let value = 0;
  for (let bit = 0; bit < 7; bit += 1) {
    const first = digest[(start + bit + shift) & 15] ?? 0;
    const second = digest[(start + bit + shift + 3) & 15] ?? 0;
    const target = (digest[(first >> (second % 5)) & 15] ?? 0) >> ((second >> (first & 7)) & 1);
    value |= bitOf(digest, target & 127) << bit;
  }
  return value;
}

function bitOf(digest: Uint8Array, index: number): number {
  return ((digest[index >> 3] ?? 0) >> (index & 7)) & 1;
}
