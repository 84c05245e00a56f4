// Ory Kratos' digests: `$sha256$pf=<template>$<salt>$<digest>` with `{SALT}` and `{PASSWORD}` in the template, `$md5$` of
// the same form or of the password alone, and `$hmac-sha256$<hexadecimal MAC>$<key>`; every part in padded base64.
// github.com/ory/kratos, hash/hash_comparator.go.

import { createHmac } from "node:crypto";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged } from "../core/hash-bounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { digestCheck } from "./digest-check.ts";
import { iteratedHash } from "./iterated-digest.ts";
import { md4, md4Bytes } from "./md4.ts";
import { utf8Text } from "./password-text.ts";

const templateBytes = { min: 1, max: 1024 };
const saltBytes = { min: 0, max: 1024 };
const keyBytes = { min: 0, max: 1024 };

/** @throws MigrationError HASH_DAMAGED */
export function kratosDigestHash(
  format: string,
  digest: "md5" | "sha1" | "sha256" | "sha512",
  text: string,
): ParsedHash {
  const [, bare] = /^\$md5\$([^$]*)$/.exec(text) ?? [];
  const shared = { format, digest, rounds: 1, maxRounds: 1 };
  if (bare !== undefined) return iteratedHash({ ...shared, expected: padded(bare), first: (password) => password });
  const [, pf, salt = "", hash = ""] = /^\$[a-z0-9]+\$pf=([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (pf === undefined) throw damaged(format, `not of the form $${digest}$pf=template$salt$digest`);
  const template = utf8Text(bytesWithin(format, "bytes of template", padded(pf), templateBytes));
  if (template === undefined) throw damaged(format, "a template that is no text");
  const saltBytesFound = bytesWithin(format, "bytes of salt", padded(salt), saltBytes);
  const parts = template.split(/(\{SALT\}|\{PASSWORD\})/);
  const byName = (password: Uint8Array, part: string): Uint8Array =>
    part === "{SALT}" ? saltBytesFound : part === "{PASSWORD}" ? password : Buffer.from(part);
  // A template without the password would let everybody in.
  if (!parts.includes("{PASSWORD}")) throw damaged(format, "a template without {PASSWORD}");
  return iteratedHash({
    ...shared,
    expected: padded(hash),
    first: (password) => Buffer.concat(parts.map((part) => byName(password, part))),
  });
}

/** @throws MigrationError HASH_DAMAGED */
export function kratosHmacHash(format: string, text: string): ParsedHash {
  const [, name = "", mac = "", key = ""] = /^\$hmac-([a-z0-9]+)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  const bytes = hmacBytes.get(name);
  if (bytes === undefined) throw damaged(format, `not of the form $hmac-(${[...hmacBytes.keys()].join("|")})$mac$key`);
  const hex = Buffer.from(padded(mac) ?? []).toString("latin1");
  const bound = { min: bytes, max: bytes };
  const expected = bytesWithin(format, "bytes of MAC", /^[0-9a-f]*$/.test(hex) ? decodeHex(hex) : undefined, bound);
  const keyFound = bytesWithin(format, "bytes of key", padded(key), keyBytes);
  return digestCheck(expected, (password) =>
    name === "md4" ? hmacMd4(keyFound, password) : createHmac(name, keyFound).update(password).digest(),
  );
}

const hmacBytes: ReadonlyMap<string, number> = new Map([
  ["md4", md4Bytes],
  ["md5", 16],
  ["sha1", 20],
  ["sha224", 28],
  ["sha256", 32],
  ["sha384", 48],
  ["sha512", 64],
]);

const blockBytes = 64;

/** RFC 2104 section 2. */
async function hmacMd4(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const short = key.length > blockBytes ? await md4(key) : key;
  const padded = (mask: number) => Uint8Array.from({ length: blockBytes }, (_, at) => (short[at] ?? 0) ^ mask);
  return md4(Buffer.concat([padded(0x5c), await md4(Buffer.concat([padded(0x36), data]))]));
}

/** Base64 with its padding; Go's strict decoder takes no other. */
function padded(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 ? decodeBase64(text) : undefined;
}
