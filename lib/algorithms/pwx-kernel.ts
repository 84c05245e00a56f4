// yescrypt's BlockMix of pwxform as a WebAssembly module: products of 64 bits take a quarter of a nanosecond there and
// sixteen in JavaScript, 25 instead of 310 ms for the usual `$y$j9T$`. Specified by yescrypt-ref.c, blockmix_pwxform.

import {
  type Code,
  get,
  repeatWhileBelow,
  set,
  type WasmMemory,
  wasmInstance,
  wasmModule,
  word32,
  word64,
  wrap,
} from "./wasm-module.ts";

const wordsPerBlock = 8;
const blockBytes = 64;
const rounds = 6;
/** Bytes written to a box for each block: four of the six rounds. */
const writtenBytes = 4 * blockBytes;
const boxBytes = 4096;
/** Cuts an index out of a word: 256 entries of 16 bytes. */
const boxMask = 0xff0;

// The parameters: addresses of the block, of its end, how far the block to add is away, the three boxes in turn, and the
// place in the one that is written.
const at = 0;
const last = 1;
const away = 2;
const read0 = 3;
const read1 = 4;
const written = 5;
const place = 6;
// The locals: two entries, where the next is written, one for exchange; then the eight words of the state.
const entry0 = 7;
const entry1 = 8;
const target = 9;
const exchange = 10;
const word = (index: number): number => 11 + index;

const number32 = (value: number): Code => word32.constant(BigInt(value));

/** One step on two words: each is squared up from its halves, and entries that the first one chose are mixed in. */
function step(round: number, pair: number): Code {
  const chosen = get(word(2 * pair));
  const entry = (local: number, half: Code, box: number) =>
    set(local, word32.add(word32.and(half, number32(boxMask)), get(box)));
  const keeps = round !== 0 && round !== rounds - 1;
  return [
    entry(entry0, wrap(chosen), read0),
    entry(entry1, wrap(word64.shiftRight(chosen, 32)), read1),
    [0, 1].map((half): Code => {
      const local = word(2 * pair + half);
      const value = get(local);
      const product = word64.multiply(word64.shiftRight(value, 32), word64.and(value, word64.constant(0xffffffffn)));
      const sum = word64.add(product, word64.load(get(entry0), 8 * half));
      const offset = (round - 1) * blockBytes + 16 * pair + 8 * half;
      return [
        set(local, word64.xor(sum, word64.load(get(entry1), 8 * half))),
        keeps ? word64.store(get(target), offset, get(local)) : [],
      ];
    }),
  ];
}

const words = Array.from({ length: wordsPerBlock }, (_, index) => index);

/** @param writes Whether the sum of both blocks replaces the one that is added. */
function mixBody(writes: boolean): Code {
  const other = word32.add(get(at), get(away));
  const otherLast = word32.add(get(last), get(away));
  const back = (address: Code) => word32.add(address, number32(-blockBytes));
  return [
    words.map((index) =>
      set(word(index), word64.xor(word64.load(back(get(last)), 8 * index), word64.load(back(otherLast), 8 * index))),
    ),
    repeatWhileBelow(
      [
        words.map((index): Code => {
          const sum = word64.xor(word64.load(get(at), 8 * index), word64.load(other, 8 * index));
          return [
            writes ? word64.store(other, 8 * index, sum) : [],
            set(word(index), word64.xor(get(word(index)), writes ? word64.load(other, 8 * index) : sum)),
          ];
        }),
        set(target, word32.add(get(written), get(place))),
        Array.from({ length: rounds }, (_, round) => [0, 1, 2, 3].map((pair) => step(round, pair))),
        words.map((index) => word64.store(get(at), 8 * index, get(word(index)))),
        set(place, word32.and(word32.add(get(place), number32(writtenBytes)), number32(boxBytes - 1))),
        set(exchange, get(written)),
        set(written, get(read1)),
        set(read1, get(read0)),
        set(read0, get(exchange)),
        set(at, word32.add(get(at), number32(blockBytes))),
      ],
      get(at),
      get(last),
    ),
  ];
}

let compiled: object | undefined;

/**
 * Mixes the blocks of a lane in place, after adding another block to them.
 * @param start Where the lane's blocks begin; `length` is their bytes, `added` where the block to add begins.
 * @param boxes Where the lane's three S-boxes begin; `turn` counts the 64-byte blocks that they have served.
 */
export type PwxMix = (
  start: number,
  length: number,
  added: number,
  boxes: number,
  turn: number,
  writes: boolean,
) => void;

export function openPwxKernel(memory: WasmMemory): PwxMix {
  compiled ??= wasmModule(
    [false, true].map((writes) => ({
      name: writes ? "mixAndWrite" : "mix",
      parameters: 7,
      i32Locals: 4,
      i64Locals: wordsPerBlock,
      body: mixBody(writes),
    })),
  );
  const { mix, mixAndWrite } = wasmInstance(compiled, memory);
  return (start, length, added, boxes, turn, writes) => {
    // The boxes change places after each block of 64 bytes: read, read, written.
    const box = (number: number) => boxes + boxBytes * ((number + turn) % 3);
    const run = writes ? mixAndWrite : mix;
    run?.(start, start + length, added - start, box(2), box(1), box(0), (turn * writtenBytes) % boxBytes);
  };
}
