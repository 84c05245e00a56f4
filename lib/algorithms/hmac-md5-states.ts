// The two MD5 states in which HMAC (RFC 2104 section 4) stops when it has taken its key and no text yet: what CRAM-MD5
// servers keep instead of the password (RFC 2195 section 2).

import { hash } from "node:crypto";
import { md5Blocks, md5Bytes } from "./md5.ts";

const blockBytes = 64;

/** The outer state and the inner one behind it, 32 bytes. */
export function cramMd5States(password: Uint8Array): Uint8Array {
  const key = password.length > blockBytes ? hash("md5", password, "buffer") : password;
  const states = new Uint8Array(2 * md5Bytes);
  const view = new DataView(states.buffer);
  for (const [at, mask] of [0x5c, 0x36].entries()) {
    // One whole block without padding: what comes out is the state after it.
    const bytes = Uint8Array.from({ length: blockBytes }, (_, index) => (key[index] ?? 0) ^ mask);
    md5Blocks({ bytes, view: new DataView(bytes.buffer) }, view, at * md5Bytes);
  }
  return states;
}
