// Argon2 (RFC 9106) for salts below 8 bytes, which libargon2, OpenSSL, hash-wasm and @noble/hashes refuse. Go's
// golang.org/x/crypto/argon2 takes them, so Gitea's tables have them. Written from the RFC; BLAKE2b is @noble/hashes'.

import { setImmediate as nextTurn } from "node:timers/promises";
import { blake2b } from "@noble/hashes/blake2.js";
import { addInto, blockWords, compress } from "./argon2-block.ts";
import type { Argon2Input } from "./argon2-input.ts";

/** About 10 ms of work. */
const blocksPerTurn = 1024;
const slices = 4;
const types = { argon2d: 0, argon2i: 1, argon2id: 2 } as const;

/** On the main thread, giving way every 10 ms. @throws the signal's reason once it is aborted. */
export async function deriveArgon2(input: Argon2Input): Promise<Uint8Array> {
  const { parallelism, passes, version, signal } = input;
  const segment = Math.floor(input.memory / (slices * parallelism));
  const laneBlocks = slices * segment;
  const matrix = new Int32Array(blockWords * laneBlocks * parallelism);
  const block = (lane: number, column: number): Int32Array => {
    const at = blockWords * (lane * laneBlocks + column);
    return matrix.subarray(at, at + blockWords);
  };
  const seed = firstHash(input);
  for (let lane = 0; lane < parallelism; lane += 1) {
    for (const column of [0, 1]) block(lane, column).set(words(longHash(join(seed, le32(column), le32(lane)), 1024)));
  }
  const fresh = new Int32Array(blockWords);
  let done = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    for (let slice = 0; slice < slices; slice += 1) {
      for (let lane = 0; lane < parallelism; lane += 1) {
        const addressed = input.variant === "argon2i" || (input.variant === "argon2id" && pass === 0 && slice < 2);
        const addresses = addressed ? addressSource(input, pass, lane, slice, laneBlocks * parallelism) : undefined;
        for (let index = pass === 0 && slice === 0 ? 2 : 0; index < segment; index += 1) {
          if (done++ % blocksPerTurn === 0) {
            await nextTurn();
            signal.throwIfAborted();
          }
          const column = slice * segment + index;
          const previous = block(lane, (column + laneBlocks - 1) % laneBlocks);
          const [j1, j2] = addresses?.(index) ?? [(previous[0] ?? 0) >>> 0, (previous[1] ?? 0) >>> 0];
          const otherLane = pass === 0 && slice === 0 ? lane : j2 % parallelism;
          const reference = referenceColumn({ pass, slice, index, segment, sameLane: otherLane === lane, j1 });
          compress(previous, block(otherLane, reference), fresh);
          const target = block(lane, column);
          // Version 16 overwrites in every pass; version 19 adds to what the pass before left.
          if (pass === 0 || version === 16) target.set(fresh);
          else addInto(target, fresh);
        }
      }
    }
  }
  const last = block(0, laneBlocks - 1).slice();
  for (let lane = 1; lane < parallelism; lane += 1) addInto(last, block(lane, laneBlocks - 1));
  return longHash(bytes(last), input.tagBytes);
}

/** H0, RFC 9106 section 3.2 step 1. */
function firstHash(input: Argon2Input): Uint8Array {
  const { parallelism, tagBytes, memory, passes, version, variant, message, salt, secret, data } = input;
  const numbers = [parallelism, tagBytes, memory, passes, version, types[variant]].map(le32);
  const texts = [message, salt, secret ?? new Uint8Array(), data].flatMap((text) => [le32(text.length), text]);
  return blake2b(join(...numbers, ...texts));
}

/** H', section 3.3. */
function longHash(text: Uint8Array, length: number): Uint8Array {
  const whole = join(le32(length), text);
  if (length <= 64) return blake2b(whole, { dkLen: length });
  const parts: Uint8Array[] = [];
  let part = blake2b(whole);
  let left = length;
  for (; left > 64; left -= 32) {
    parts.push(part.subarray(0, 32));
    part = blake2b(part, { dkLen: Math.min(64, left - 32) });
  }
  return join(...parts, part);
}

/** J1 and J2 of the data-independent mode, section 3.4.1.2: 128 of them come from one block. */
function addressSource(
  input: Argon2Input,
  pass: number,
  lane: number,
  slice: number,
  blocks: number,
): (index: number) => readonly [number, number] {
  const zero = new Int32Array(blockWords);
  const counter = new Int32Array(blockWords);
  for (const [at, value] of [pass, lane, slice, blocks, input.passes, types[input.variant]].entries()) {
    counter[2 * at] = value;
  }
  const addresses = new Int32Array(blockWords);
  return (index) => {
    const wanted = 1 + Math.floor(index / 128);
    if (counter[12] !== wanted) {
      counter[12] = wanted;
      compress(zero, counter, addresses);
      compress(zero, addresses.slice(), addresses);
    }
    const at = 2 * (index % 128);
    return [(addresses[at] ?? 0) >>> 0, (addresses[at + 1] ?? 0) >>> 0];
  };
}

/** Which earlier block of the lane is mixed in, section 3.4.2. */
function referenceColumn(place: {
  readonly pass: number;
  readonly slice: number;
  readonly index: number;
  readonly segment: number;
  readonly sameLane: boolean;
  readonly j1: number;
}): number {
  const { pass, slice, index, segment, sameLane, j1 } = place;
  const finished = pass === 0 ? slice * segment : (slices - 1) * segment;
  const size = finished + (sameLane ? index - 1 : index === 0 ? -1 : 0);
  // Whole numbers beyond 2^53 need more than a double has.
  const square = Number((BigInt(j1) * BigInt(j1)) >> 32n);
  const back = Number((BigInt(size) * BigInt(square)) >> 32n);
  const start = pass === 0 ? 0 : (slice + 1) * segment;
  return (start + size - 1 - back) % (slices * segment);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function le32(value: number): Uint8Array {
  const text = Buffer.alloc(4);
  text.writeUInt32LE(value);
  return text;
}

function words(text: Uint8Array): Int32Array {
  const view = Buffer.from(text);
  return Int32Array.from({ length: blockWords }, (_, at) => view.readInt32LE(4 * at));
}

function bytes(block: Int32Array): Uint8Array {
  return join(...Array.from(block, (word) => le32(word >>> 0)));
}
