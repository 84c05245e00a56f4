// yescrypt (Alexander Peslyak, Openwall) in the flavour that crypt(3) uses: read-write, six rounds of pwxform, 12 KiB of
// S-boxes. Specified by its reference implementation, yescrypt-ref.c of release 1.1.

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { runRounds } from "../core/hash-rounds.ts";
import { openPwxKernel, type PwxMix } from "./pwx-kernel.ts";
import { boxesBytes, fillBoxes, salsa, shuffle, unshuffle } from "./salsa-shuffled.ts";
import { wasmMemory } from "./wasm-module.ts";

/** N is a power of two; t stretches the time without more memory. */
export interface YescryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly t: number;
}

/** Measured: 26 ms for 131,072 units (N = 4096, r = 32) with t = 0; libxcrypt takes 20. */
export const yescryptCostMsPerUnit = 0.0003;

/** Units of work: one is 128 bytes mixed once; each lane fills 96 of them into its S-boxes. */
export function yescryptWork({ n, r, p, t }: YescryptCost): number {
  return n * r * (t + 1) + 96 * p;
}

/** The memory that all lanes share, and each lane's block and S-boxes. */
export function yescryptMemory({ n, r, p }: YescryptCost): number {
  return 128 * r * (n + p) + boxesBytes * p;
}

/** The memory of one run: each lane's S-boxes, the block at work, a block of zeros, and what is filled. */
interface Arena {
  readonly words: Int32Array;
  readonly blockBytes: number;
  readonly workAt: number;
  readonly zerosAt: number;
  readonly filledAt: number;
  readonly mix: PwxMix;
}

interface Lane {
  readonly block: Int32Array;
  readonly boxesAt: number;
  /** How many blocks of 64 bytes the S-boxes have served. */
  turn: number;
}

/** The 32 bytes. Runs on the main thread, in slices; the caller bounds the cost. */
export async function deriveYescrypt(
  password: Uint8Array,
  salt: Uint8Array,
  cost: YescryptCost,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const share = Math.floor(cost.n / cost.p);
  // Big settings begin with a run over a 64th of N; its result takes the password's place.
  const prehash = share >= 0x100 && share * cost.r >= 0x20000;
  const key = prehash
    ? await run(password, salt, { ...cost, n: cost.n / 64, t: 0 }, "yescrypt-prehash", signal)
    : password;
  const derived = await run(key, salt, cost, "yescrypt", signal);
  // As in SCRAM (RFC 5802 section 3): what is stored is not what a client would prove.
  return createHash("sha256")
    .update(hmac(derived, Buffer.from("Client Key")))
    .digest();
}

async function run(
  password: Uint8Array,
  salt: Uint8Array,
  cost: YescryptCost,
  label: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const arena = openArena(cost);
  const { blockBytes } = arena;
  const bytes = pbkdf2Sync(hmac(Buffer.from(label), password), salt, 1, cost.p * blockBytes, "sha256");
  const lanes = Array.from({ length: cost.p }, (_, index): Lane => {
    const block = readWords(bytes.subarray(index * blockBytes, (index + 1) * blockBytes));
    const boxesAt = index * boxesBytes;
    fillBoxes(arena.words.subarray(boxesAt / 4, (boxesAt + boxesBytes) / 4), block);
    return { block, boxesAt, turn: 0 };
  });
  const last = lanes[0]?.block.subarray(-16) ?? new Int32Array(0);
  const key = hmac(writeWords(last), bytes.subarray(0, 32));
  await mixLanes(arena, lanes, cost, signal);
  return pbkdf2Sync(key, Buffer.concat(lanes.map(({ block }) => writeWords(block))), 1, 32, "sha256");
}

function openArena({ n, r, p }: YescryptCost): Arena {
  const blockBytes = 128 * r;
  const workAt = p * boxesBytes;
  const filledAt = workAt + 2 * blockBytes;
  const memory = wasmMemory(filledAt + n * blockBytes);
  const mix = openPwxKernel(memory);
  return { words: new Int32Array(memory.buffer), blockBytes, workAt, zerosAt: workAt + blockBytes, filledAt, mix };
}

/** SMix: each lane fills and rereads its share of the memory, then each reads all of it. */
async function mixLanes(
  arena: Arena,
  lanes: readonly Lane[],
  { n, p, t }: YescryptCost,
  signal: AbortSignal,
): Promise<void> {
  const { words, workAt, zerosAt, filledAt, blockBytes } = arena;
  const share = Math.floor(n / p);
  const loops = rereadings(share, t);
  const loopsEach = even(Math.floor(loops / p));
  const evenShare = share - (share % 2);
  for (const [index, lane] of lanes.entries()) {
    const size = index < p - 1 ? evenShare : n - index * evenShare;
    const start = filledAt + index * evenShare * blockBytes;
    words.set(shuffle(lane.block), workAt / 4);
    await runRounds(size, signal, (round) => {
      const power = powerBelow(round);
      const added = round > 1 ? start + ((indexOf(arena) & (power - 1)) + round - power) * blockBytes : zerosAt;
      words.copyWithin((start + round * blockBytes) / 4, workAt / 4, zerosAt / 4);
      mixBlock(arena, lane, added, false);
    });
    await reread(arena, lane, start, powerBelow(size), loopsEach, true, signal);
    lane.block.set(unshuffle(words.subarray(workAt / 4, zerosAt / 4)));
  }
  for (const lane of lanes) {
    words.set(shuffle(lane.block), workAt / 4);
    await reread(arena, lane, filledAt, n, even(loops) - loopsEach, false, signal);
    lane.block.set(unshuffle(words.subarray(workAt / 4, zerosAt / 4)));
  }
}

/** Adds a block to the one at work and mixes it: BlockMix with pwxform, whose last 64 bytes go through Salsa20/2. */
function mixBlock(arena: Arena, lane: Lane, added: number, writes: boolean): void {
  const { words, workAt, zerosAt, blockBytes } = arena;
  arena.mix(workAt, blockBytes, added, lane.boxesAt, lane.turn, writes);
  lane.turn += blockBytes / 64;
  salsa(words, zerosAt / 4 - 16, 2);
}

function rereadings(share: number, t: number): number {
  if (t === 0) return Math.floor((share + 2) / 3);
  return t === 1 ? Math.floor((2 * share + 2) / 3) : share * (t - 1);
}

function reread(
  arena: Arena,
  lane: Lane,
  start: number,
  blocks: number,
  loops: number,
  writes: boolean,
  signal: AbortSignal,
): Promise<void> {
  return runRounds(loops, signal, () => {
    mixBlock(arena, lane, start + (indexOf(arena) & (blocks - 1)) * arena.blockBytes, writes);
  });
}

/** Integerify: the first word of the last 64 bytes at work; N is below 2^32, so the lower half is enough. */
function indexOf({ words, zerosAt }: Arena): number {
  return words[zerosAt / 4 - 16] ?? 0;
}

function powerBelow(value: number): number {
  return 2 ** (31 - Math.clz32(value));
}

function even(value: number): number {
  return value + (value % 2);
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

function readWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index, true));
}

function writeWords(words: Int32Array): Uint8Array {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeInt32LE(word, 4 * index);
  return bytes;
}
