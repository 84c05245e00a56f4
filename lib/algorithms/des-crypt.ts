// crypt(3) over DES: the traditional one (Unix V7), its long forms bigcrypt (Digital Unix, HP-UX) and crypt16 (Ultrix),
// and BSDi's extended one. Specified by their sources (FreeSec's crypt.c); passlib's documentation describes all four.

import { runRounds } from "../core/hash-rounds.ts";
import { desBlock, desEncrypt, desHalves, desKeySchedule } from "./des.ts";

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const blockBytes = 8;
const usualCount = 25;
/** libxcrypt reads 16 segments of a password and no more; other writers of bigcrypt take them all. */
const usualSegments = 16;
export const digestLength = 11;
/** Measured: 0.3 us for one of the encryptions. */
export const desCostMs = 0.0004;

/** The number that characters of crypt(3)'s alphabet stand for, the first one lowest. */
export function crypt64Number(text: string): number {
  return [...text].reduce((sum, character, index) => sum + alphabet.indexOf(character) * 64 ** index, 0);
}

/** Traditional crypt(3): eight bytes of the password count, seven bits of each. 11 characters. */
export function desCryptDigest(password: Uint8Array, salt: string): string {
  return digest(password.subarray(0, blockBytes), salt, usualCount);
}

/**
 * bigcrypt: each eight bytes alone, salted with the first two characters of the digest before.
 * @param stored How many segments the stored digest has.
 */
export function bigCryptDigest(password: Uint8Array, salt: string, stored: number): string {
  const segments = Math.min(Math.max(usualSegments, stored), Math.max(1, Math.ceil(password.length / blockBytes)));
  let text = "";
  let nextSalt = salt;
  for (let segment = 0; segment < segments; segment += 1) {
    const part = desCryptDigest(password.subarray(blockBytes * segment), nextSalt);
    text += part;
    nextSalt = part.slice(0, 2);
  }
  return text;
}

/** crypt16: the first eight bytes 20 times, the next eight 5 times, with one salt. 22 characters. */
export function crypt16Digest(password: Uint8Array, salt: string): string {
  const first = digest(password.subarray(0, blockBytes), salt, 20);
  return first + digest(password.subarray(blockBytes, 2 * blockBytes), salt, 5);
}

/** BSDi's: all bytes of the password count. On the main thread, in slices. 11 characters. */
export async function bsdiCryptDigest(
  password: Uint8Array,
  salt: number,
  count: number,
  signal: AbortSignal,
): Promise<string> {
  let key = keyOf(password.subarray(0, blockBytes));
  for (let start = blockBytes; start < password.length; start += blockBytes) {
    // The key so far is encrypted with itself, then the next eight bytes are added to it.
    const halves = desHalves(key);
    desEncrypt(desKeySchedule(key), 0, halves, 1);
    const encrypted = desBlock(halves);
    key = keyOf(password.subarray(start, start + blockBytes)).map((byte, index) => byte ^ (encrypted[index] ?? 0));
  }
  const schedule = desKeySchedule(key);
  const halves = new Int32Array(2);
  await runRounds(count, signal, () => desEncrypt(schedule, salt, halves, 1));
  return encode(desBlock(halves));
}

function digest(part: Uint8Array, salt: string, count: number): string {
  const halves = new Int32Array(2);
  desEncrypt(desKeySchedule(keyOf(part)), crypt64Number(salt), halves, count);
  return encode(desBlock(halves));
}

/** The lower seven bits of each character, above DES's parity bit. */
function keyOf(part: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: blockBytes }, (_, index) => (part[index] ?? 0) << 1);
}

/** 64 bits and two zeros, the highest six first. */
function encode(block: Uint8Array): string {
  const bits = `${[...block].map((byte) => byte.toString(2).padStart(8, "0")).join("")}00`;
  return Array.from({ length: digestLength }, (_, index) =>
    alphabet.charAt(Number.parseInt(bits.slice(6 * index, 6 * index + 6), 2)),
  ).join("");
}
