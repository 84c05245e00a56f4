// MD5 (RFC 1321) as WebAssembly, for phpass, md5crypt and Sun's MD5: 0.12 microseconds a block.

import { digestKernel, kernelParameters } from "./digest-kernel.ts";
import { type Code, get, repeatWhileBelow, set, word32 } from "./wasm-module.ts";

const { at, last, out, firstLocal } = kernelParameters;
const value = (index: number): number => firstLocal + index;
const working = (index: number): number => firstLocal + 4 + (index & 3);

const four = [0, 1, 2, 3];
const initial = [0x67452301n, 0xefcdab89n, 0x98badcfen, 0x10325476n];
const { add, and, or, xor, constant, load, rotateRight } = word32;

/** The four rounds (3.4): their function of three words, which word of the block comes when, and the shifts in turn. */
const rounds: readonly {
  readonly mixed: (b: Code, c: Code, d: Code) => Code;
  readonly word: (step: number) => number;
  readonly shifts: readonly number[];
}[] = [
  { mixed: (b, c, d) => xor(d, and(b, xor(c, d))), word: (step) => step, shifts: [7, 12, 17, 22] },
  { mixed: (b, c, d) => xor(c, and(d, xor(b, c))), word: (step) => 5 * step + 1, shifts: [5, 9, 14, 20] },
  { mixed: (b, c, d) => xor(b, xor(c, d)), word: (step) => 3 * step + 5, shifts: [4, 11, 16, 23] },
  { mixed: (b, c, d) => xor(c, or(b, xor(d, constant(-1n)))), word: (step) => 7 * step, shifts: [6, 10, 15, 21] },
];

/** One of the 64 steps. Instead of moving the four variables on, the next step calls them by other names. */
function step(index: number): Code {
  const round = rounds[index >> 4];
  if (round === undefined) return [];
  const [a, b, c, d] = [working(-index), working(1 - index), working(2 - index), working(3 - index)] as const;
  // The integer part of 4294967296 times abs(sin(step)).
  const sine = constant(BigInt(Math.floor(2 ** 32 * Math.abs(Math.sin(index + 1)))));
  const block = load(get(at), 4 * (round.word(index & 15) & 15));
  const sum = add(add(get(a), add(block, sine)), round.mixed(get(b), get(c), get(d)));
  return set(a, add(get(b), rotateRight(sum, 32 - (round.shifts[index & 3] ?? 0))));
}

export const md5Kernel = digestKernel({
  blockBytes: 64,
  highByteFirst: false,
  locals: 8,
  wide: false,
  body: () => [
    four.map((index) => set(value(index), constant(initial[index] ?? 0n))),
    repeatWhileBelow(
      [
        four.map((index) => set(working(index), get(value(index)))),
        Array.from({ length: 64 }, (_, index) => step(index)),
        four.map((index) => set(value(index), add(get(value(index)), get(working(index))))),
        set(at, add(get(at), constant(64n))),
      ],
      get(at),
      get(last),
    ),
    four.map((index) => word32.store(get(out), 4 * index, get(value(index)))),
  ],
});

export const md5Bytes = 16;
