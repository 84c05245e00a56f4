// Digests behind a scheme in braces (RFC 2307 section 5.3, OpenLDAP's pw-sha2): `{SHA256}` and base64 of the digest,
// `{SSHA256}` and base64 of the digest with its salt behind it. For the platforms that take them.

import { hash } from "node:crypto";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged } from "../core/hash-bounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { digestCheck } from "./digest-check.ts";

const digests: ReadonlyMap<string, { readonly name: string; readonly bytes: number }> = new Map([
  ["MD5", { name: "md5", bytes: 16 }],
  ["SHA", { name: "sha1", bytes: 20 }],
  ["SHA1", { name: "sha1", bytes: 20 }],
  ["SHA224", { name: "sha224", bytes: 28 }],
  ["SHA256", { name: "sha256", bytes: 32 }],
  ["SHA384", { name: "sha384", bytes: 48 }],
  ["SHA512", { name: "sha512", bytes: 64 }],
]);

/** Salts in the wild have 4 to 16 bytes; hashcat's examples have 2. */
const saltBytes = { min: 1, max: 64 };

/** The strings that `rfc2307Hash` takes. */
export const rfc2307Syntax = /^\{(S?)(MD5|SHA(?:1|224|256|384|512)?)\}([A-Za-z0-9+/]+={0,2})$/i;

/**
 * A hash that is ready to be checked. Scheme names are case-insensitive.
 * @throws MigrationError HASH_DAMAGED
 */
export function rfc2307Hash(format: string, text: string): ParsedHash {
  const [, salted = "", scheme = "", base64 = ""] = rfc2307Syntax.exec(text) ?? [];
  const digest = digests.get(scheme.toUpperCase());
  if (digest === undefined) throw damaged(format, "not of the form {SSHA256} and base64");
  const { name, bytes } = digest;
  const bound = salted === "" ? { min: 0, max: 0 } : saltBytes;
  const whole = bytesWithin(format, "bytes of digest and salt", decodeBase64(base64), {
    min: bytes + bound.min,
    max: bytes + bound.max,
  });
  const salt = whole.subarray(bytes);
  return digestCheck(whole.subarray(0, bytes), (password) => hash(name, Buffer.concat([password, salt]), "buffer"));
}
