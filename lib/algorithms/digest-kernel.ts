// A digest as a WebAssembly function over padded messages, for schemes that hash thousands of short messages, each with the
// digest of the one before in it. crypto.hash takes a microsecond and more to be called.

import { type Code, pageBytes, type WasmMemory, wasmInstance, wasmMemory, wasmModule } from "./wasm-module.ts";

/**
 * Hashes a message of the memory and writes the digest to a place there, which may lie in the same message.
 * @param start Where the message begins; `end` where its padding ends.
 */
export type DigestInMemory = (start: number, end: number, digestAt: number) => void;

export interface DigestKernel {
  /** The message with its padding; what is put in place later must leave its length as it is. */
  pad(message: Uint8Array): Uint8Array;
  open(memory: WasmMemory): DigestInMemory;
}

/** The parameters of a kernel's body; the locals come behind them. */
export const kernelParameters = { at: 0, last: 1, out: 2, firstLocal: 3 };

/** A digest of the Merkle-Damgard kind: bit 1, zeros, and the message's length in bits at the end. */
export interface KernelSettings {
  readonly blockBytes: number;
  readonly highByteFirst: boolean;
  /** Locals of 32 bits, or of 64 where the digest's words are that long. */
  readonly locals: number;
  readonly wide: boolean;
  /** Made when the kernel is first opened. */
  readonly body: () => Code;
}

export function digestKernel({ blockBytes, highByteFirst, locals, wide, body }: KernelSettings): DigestKernel {
  let compiled: object | undefined;
  const lengthBytes = blockBytes / 8;
  return {
    pad(message) {
      const padded = new Uint8Array(Math.ceil((message.length + 1 + lengthBytes) / blockBytes) * blockBytes);
      padded.set(message);
      padded[message.length] = 0x80;
      const lengthAt = padded.length - (highByteFirst ? 4 : lengthBytes);
      new DataView(padded.buffer).setUint32(lengthAt, 8 * message.length, !highByteFirst);
      return padded;
    },
    open(memory) {
      compiled ??= wasmModule([
        { name: "digest", parameters: 3, i32Locals: wide ? 0 : locals, i64Locals: wide ? locals : 0, body: body() },
      ]);
      const { digest } = wasmInstance(compiled, memory);
      return (start, end, digestAt) => digest?.(start, end, digestAt);
    },
  };
}

/** Padded messages one behind the other in a memory of their own. */
export interface MessageMemory {
  readonly bytes: Uint8Array;
  /** Where each of them begins. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly digest: DigestInMemory;
}

interface OpenMemory {
  readonly bytes: Uint8Array;
  readonly digest: DigestInMemory;
}

/**
 * Memories that are not in use: an engine reserves gigabytes of addresses for each, so that they are kept. There are
 * as many as there have been checks at one time.
 */
const free = new WeakMap<DigestKernel, OpenMemory[]>();

/** Lays the messages out, and wipes them when their use is over. */
export async function withMessages<Result>(
  kernel: DigestKernel,
  messages: readonly Uint8Array[],
  use: (memory: MessageMemory) => Promise<Result>,
): Promise<Result> {
  const padded = messages.map((message) => kernel.pad(message));
  const starts: number[] = [];
  let end = 0;
  for (const message of padded) {
    starts.push(end);
    end += message.length;
  }
  const kept = free.get(kernel) ?? [];
  free.set(kernel, kept);
  const opened = end <= pageBytes ? (kept.pop() ?? openMemory(kernel, pageBytes)) : openMemory(kernel, end);
  const { bytes, digest } = opened;
  try {
    for (const [index, message] of padded.entries()) bytes.set(message, starts[index]);
    const ends = padded.map((message, index) => (starts[index] ?? 0) + message.length);
    return await use({ bytes, starts, ends, digest });
  } finally {
    bytes.fill(0, 0, end);
    if (bytes.length === pageBytes) kept.push(opened);
  }
}

function openMemory(kernel: DigestKernel, bytes: number): OpenMemory {
  const memory = wasmMemory(bytes);
  return { bytes: new Uint8Array(memory.buffer), digest: kernel.open(memory) };
}
