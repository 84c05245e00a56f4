// Digests that Node's OpenSSL lacks: MD4 (RFC 1320) and Whirlpool (ISO/IEC 10118-3) by WASM, Streebog
// (GOST R 34.11-2012) by own code.

import { createMD4, createWhirlpool } from "hash-wasm";
import type { Digest, DigestFunctions, Digests } from "./digest.ts";
import { streebog } from "./streebog.ts";

/** All of them work on blocks of 64 bytes. */
const blockBytes = 64;

interface WasmHasher {
  init(): WasmHasher;
  update(data: Uint8Array): WasmHasher;
  digest(kind: "binary"): Uint8Array;
}

// GOST's own examples are numbers with the least significant byte last (so hashcat and John print them); OpenSSL, PHP
// and most programs write the bytes the other way round.
const rareDigestTable = {
  md4: wasmDigest(16, 0.002, createMD4),
  whirlpool: wasmDigest(64, 0.005, createWhirlpool),
  streebog256: {
    bytes: 32,
    costMs: 0.15,
    eitherOrder: true,
    load: async () => withHmac((data) => streebog(256, data)),
  },
  streebog512: {
    bytes: 64,
    costMs: 0.15,
    eitherOrder: true,
    load: async () => withHmac((data) => streebog(512, data)),
  },
} as const satisfies Readonly<Record<string, Digest>>;

export type RareDigestName = keyof typeof rareDigestTable;
export const rareDigests: Digests = new Map(Object.entries(rareDigestTable));

function wasmDigest(bytes: number, costMs: number, create: () => Promise<WasmHasher>): Digest {
  let opened: Promise<DigestFunctions> | undefined;
  const open = async (): Promise<DigestFunctions> => {
    const hasher = await create();
    return withHmac((data) => hasher.init().update(data).digest("binary"));
  };
  return {
    bytes,
    costMs,
    load: () => {
      opened ??= open();
      return opened;
    },
  };
}

/** HMAC after RFC 2104 section 2. */
function withHmac(digest: DigestFunctions["digest"]): DigestFunctions {
  return {
    digest,
    hmac: (key, data) => {
      const short = key.length > blockBytes ? digest(key) : key;
      const padded = (mask: number) => Uint8Array.from({ length: blockBytes }, (_, at) => (short[at] ?? 0) ^ mask);
      return digest(Buffer.concat([padded(0x5c), digest(Buffer.concat([padded(0x36), data]))]));
    },
  };
}
