// MD4 (RFC 1320), which Node's OpenSSL no longer has: NT hashes, Dovecot's {PLAIN-MD4}.

import { md4 as md4Hex } from "hash-wasm";

export const md4Bytes = 16;

/** The digest, by WASM. */
export async function md4(bytes: Uint8Array): Promise<Uint8Array> {
  return Buffer.from(await md4Hex(bytes), "hex");
}
