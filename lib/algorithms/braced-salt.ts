// The `password{salt}` of Symfony's and Spring's message digest encoders: the braces are part of what is hashed.

import type { WrittenDigest } from "./digest-format.ts";

/** Symfony hashes no braces for an empty salt. */
export function withBraces(salt: string): Uint8Array {
  return Buffer.from(salt === "" ? "" : `{${salt}}`);
}

/** Spring's string: the salt in its braces, even empty ones, and the digest. */
export function splitBraces(text: string): WrittenDigest {
  const end = text.startsWith("{") ? text.indexOf("}") + 1 : 0;
  return { digest: text.slice(end), salt: Buffer.from(text.slice(0, end)) };
}
