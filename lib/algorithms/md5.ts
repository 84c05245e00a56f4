// MD5 (RFC 1321) of whole blocks without the padding: the state in which it stops, which crypto.hash does not give.

import type { DigestInMemory } from "./digest-kernel.ts";
import { md5Bytes, md5Kernel } from "./md5-kernel.ts";
import { pageBytes, wasmMemory } from "./wasm-module.ts";

export { md5Bytes };

/** Blocks of 64 bytes; `bytes` and `view` are the same memory. */
export interface Md5Message {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

let opened: { readonly bytes: Uint8Array; readonly digest: DigestInMemory } | undefined;

function open() {
  const memory = wasmMemory(pageBytes);
  return { bytes: new Uint8Array(memory.buffer), digest: md5Kernel.open(memory) };
}

/** The state behind the blocks, at most 1,000 of them, written into `digest` at `offset`. */
export function md5Blocks(message: Md5Message, digest: DataView, offset: number): void {
  opened ??= open();
  const { length } = message.bytes;
  opened.bytes.set(message.bytes);
  opened.digest(0, length, length);
  for (let at = 0; at < md5Bytes; at += 1) digest.setUint8(offset + at, opened.bytes[length + at] ?? 0);
  opened.bytes.fill(0, 0, length + md5Bytes);
}
