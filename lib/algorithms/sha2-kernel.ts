// SHA-256 and SHA-512 (FIPS 180-4) as WebAssembly, for SHA-crypt and Drupal: 0.26 and 0.34 microseconds for a message of
// theirs, where crypto.hash takes 1.0 and 1.5.

import { type DigestKernel, digestKernel, kernelParameters } from "./digest-kernel.ts";
import { type Code, get, repeatWhileBelow, set, type WordInstructions, word32, word64 } from "./wasm-module.ts";

interface Variant {
  readonly word: WordInstructions;
  readonly rounds: number;
  /** The rotations of the two big sigmas; rotations and, last, the shift of the small ones (4.1.2, 4.1.3). */
  readonly big0: readonly number[];
  readonly big1: readonly number[];
  readonly small0: readonly [number, number, number];
  readonly small1: readonly [number, number, number];
}

const { at, last, out, firstLocal } = kernelParameters;
// The locals: the hash value so far, the working variables, the message schedule of 16 words, one for a sum.
const value = (index: number): number => firstLocal + index;
const working = (index: number): number => firstLocal + 8 + (index & 7);
const schedule = (index: number): number => firstLocal + 16 + (index & 15);
const sum = firstLocal + 32;
const localCount = 33;

const eight = [0, 1, 2, 3, 4, 5, 6, 7];
const sixteen = [...eight, ...eight.map((index) => 8 + index)];

function digestBody(variant: Variant): Code {
  const { word, rounds } = variant;
  const { initial, constants } = numbers(word);
  return [
    eight.map((index) => set(value(index), word.constant(initial[index] ?? 0n))),
    repeatWhileBelow(
      [
        sixteen.map((index) => [
          set(sum, word.load(get(at), word.bytes * index)),
          set(schedule(index), reversed(word, get(sum))),
        ]),
        eight.map((index) => set(working(index), get(value(index)))),
        constants.slice(0, rounds).map((constant, t) => round(variant, constant, t)),
        eight.map((index) => set(value(index), word.add(get(value(index)), get(working(index))))),
        set(at, word32.add(get(at), word32.constant(BigInt(16 * word.bytes)))),
      ],
      get(at),
      get(last),
    ),
    eight.map((index) => word.store(get(out), word.bytes * index, reversed(word, get(value(index))))),
  ];
}

/** One round (6.2.2, 6.4.2). Instead of moving the eight variables on, the next round calls them by other names. */
function round({ word, big0, big1, small0, small1 }: Variant, constant: bigint, t: number): Code {
  const [a, b, c, d] = [working(-t), working(1 - t), working(2 - t), working(3 - t)] as const;
  const [e, f, g, h] = [working(4 - t), working(5 - t), working(6 - t), working(7 - t)] as const;
  const x = (local: number): Code => get(local);
  const big = (local: number, turns: readonly number[]) =>
    turns.map((bits) => word.rotateRight(x(local), bits)).reduce((one, other) => word.xor(one, other));
  const small = (local: number, [one, other, shift]: readonly [number, number, number]) =>
    word.xor(
      word.xor(word.rotateRight(x(local), one), word.rotateRight(x(local), other)),
      word.shiftRight(x(local), shift),
    );
  const scheduled = [schedule(t), schedule(t + 1), schedule(t + 9), schedule(t + 14)] as const;
  const expanded = word.add(
    word.add(x(scheduled[0]), small(scheduled[1], small0)),
    word.add(x(scheduled[2]), small(scheduled[3], small1)),
  );
  // Ch and Maj with one operation less than FIPS 180-4 writes them.
  const choice = word.xor(x(g), word.and(x(e), word.xor(x(f), x(g))));
  const majority = word.or(word.and(x(a), x(b)), word.and(x(c), word.or(x(a), x(b))));
  return [
    t < 16 ? [] : set(scheduled[0], expanded),
    set(
      sum,
      word.add(word.add(x(h), word.add(x(scheduled[0]), word.constant(constant))), word.add(big(e, big1), choice)),
    ),
    set(d, word.add(x(d), x(sum))),
    set(h, word.add(x(sum), word.add(big(a, big0), majority))),
  ];
}

/** The bytes of a word in the other order: WebAssembly reads the lowest first, SHA-2 the highest. */
function reversed(word: WordInstructions, code: Code): Code {
  const swap = (bits: number, mask: bigint): Code =>
    set(
      sum,
      word.or(
        word.and(word.shiftRight(get(sum), bits), word.constant(mask)),
        word.shiftLeft(word.and(get(sum), word.constant(mask)), bits),
      ),
    );
  const bytes = swap(8, 0x00ff00ff00ff00ffn);
  const pairs = word.bytes === 8 ? swap(16, 0x0000ffff0000ffffn) : [];
  return [set(sum, code), bytes, pairs, word.rotateRight(get(sum), 4 * word.bytes)];
}

/** The fractional parts of the square roots of 8 and the cube roots of 80 primes (4.2.2, 4.2.3, 5.3.3, 5.3.5). */
function numbers(word: WordInstructions): {
  readonly initial: readonly bigint[];
  readonly constants: readonly bigint[];
} {
  const primes: bigint[] = [];
  for (let number = 2n; primes.length < 80; number += 1n) {
    if (primes.every((prime) => number % prime !== 0n)) primes.push(number);
  }
  const fraction = (root: bigint) => BigInt.asUintN(64, root) >> BigInt(64 - 8 * word.bytes);
  return {
    initial: primes.slice(0, 8).map((prime) => fraction(root(prime << 128n, 2n))),
    constants: primes.map((prime) => fraction(root(prime << 192n, 3n))),
  };
}

/** The whole part of a root, bit by bit. */
function root(number: bigint, degree: bigint): bigint {
  let found = 0n;
  for (let bit = 1n << 67n; bit > 0n; bit >>= 1n) {
    if ((found + bit) ** degree <= number) found += bit;
  }
  return found;
}

function sha2Kernel(variant: Variant): DigestKernel {
  const { bytes } = variant.word;
  return digestKernel({
    blockBytes: 16 * bytes,
    highByteFirst: true,
    locals: localCount,
    wide: bytes === 8,
    body: () => digestBody(variant),
  });
}

export const sha256Kernel = sha2Kernel({
  word: word32,
  rounds: 64,
  big0: [2, 13, 22],
  big1: [6, 11, 25],
  small0: [7, 18, 3],
  small1: [17, 19, 10],
});
export const sha512Kernel = sha2Kernel({
  word: word64,
  rounds: 80,
  big0: [28, 34, 39],
  big1: [14, 18, 41],
  small0: [1, 8, 7],
  small1: [19, 61, 6],
});
