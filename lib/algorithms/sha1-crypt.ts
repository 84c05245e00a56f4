// sha1crypt, NetBSD's crypt(3) of 2004 by Simon Gerraty: HMAC-SHA-1 of its own output, with the password as key.
// SHA-1 is FIPS 180-4, HMAC RFC 2104. Written out here because a round is two blocks: crypto.createHmac takes three
// microseconds for it, this one 0.5.

import { hash } from "node:crypto";
import { runRounds } from "../core/hash-rounds.ts";

const blockBytes = 64;
export const sha1Bytes = 20;
const digestWords = 5;

/** The 20 bytes of sha1crypt. */
export async function deriveSha1Crypt(
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const key = new Uint8Array(blockBytes);
  key.set(password.length > blockBytes ? hash("sha1", password, "buffer") : password);
  const innerPad = key.map((byte) => byte ^ 0x36);
  const outerPad = key.map((byte) => byte ^ 0x5c);
  const first = hash("sha1", Buffer.concat([innerPad, salt, Buffer.from(`$sha1$${rounds}`)]), "buffer");
  const inner = new Int32Array(digestWords);
  const outer = new Int32Array(digestWords);
  compress(initial, readWords(innerPad), inner);
  compress(initial, readWords(outerPad), outer);
  // What follows the pad is one block: 20 bytes of digest, the padding, and the length of 84 bytes in bits.
  const block = new Int32Array(blockBytes / 4);
  block[digestWords] = 0x80000000 | 0;
  block[15] = 8 * (blockBytes + sha1Bytes);
  block.set(readWords(hash("sha1", Buffer.concat([outerPad, first]), "buffer")));
  await runRounds(rounds - 1, signal, () => {
    compress(inner, block, block);
    compress(outer, block, block);
  });
  const bytes = Buffer.alloc(sha1Bytes);
  for (const [index, word] of block.subarray(0, digestWords).entries()) bytes.writeInt32BE(word, 4 * index);
  return bytes;
}

const initial = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

function readWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index));
}

const schedule = new Int32Array(80);

/** One block of SHA-1 (6.1.2); its five words go to the beginning of `out`, which may be the block itself. */
function compress(state: Int32Array, block: Int32Array, out: Int32Array): void {
  const w = schedule;
  for (let t = 0; t < 16; t += 1) w[t] = block[t] ?? 0;
  for (let t = 16; t < 80; t += 1) {
    const mixed = (w[t - 3] ?? 0) ^ (w[t - 8] ?? 0) ^ (w[t - 14] ?? 0) ^ (w[t - 16] ?? 0);
    w[t] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let next = 0;
  for (let t = 0; t < 20; t += 1) {
    next = (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + 0x5a827999 + (w[t] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let t = 20; t < 40; t += 1) {
    next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + (w[t] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let t = 40; t < 60; t += 1) {
    next = (((a << 5) | (a >>> 27)) + ((b & c) | (b & d) | (c & d)) + e + 0x8f1bbcdc + (w[t] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let t = 60; t < 80; t += 1) {
    next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + (w[t] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  out[0] = a + (state[0] ?? 0);
  out[1] = b + (state[1] ?? 0);
  out[2] = c + (state[2] ?? 0);
  out[3] = d + (state[3] ?? 0);
  out[4] = e + (state[4] ?? 0);
}
