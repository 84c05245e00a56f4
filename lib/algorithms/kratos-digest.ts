// Ory Kratos' digests: `$sha256$pf=<template>$<salt>$<digest>` with `{SALT}` and `{PASSWORD}` in the template, `$md5$` of
// the same form or of the password alone, and `$hmac-sha256$<hexadecimal MAC>$<key>`; every part in padded base64.
// github.com/ory/kratos, hash/hash_comparator.go.

import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged } from "../core/hash-bounds.ts";
import type { ParsedHash } from "../core/ports.ts";
import { type Digest, nodeDigests } from "./digest.ts";
import { digestCheck } from "./digest-check.ts";
import { iteratedHash } from "./iterated-digest.ts";
import { utf8Text } from "./password-text.ts";
import { rareDigests } from "./rare-digest.ts";

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
  const digest = hmacDigests.includes(name) ? digestNamed(name) : undefined;
  if (digest === undefined) throw damaged(format, `not of the form $hmac-(${hmacDigests.join("|")})$mac$key`);
  const hex = Buffer.from(padded(mac) ?? []).toString("latin1");
  const bound = { min: digest.bytes, max: digest.bytes };
  const expected = bytesWithin(format, "bytes of MAC", /^[0-9a-f]*$/.test(hex) ? decodeHex(hex) : undefined, bound);
  const keyFound = bytesWithin(format, "bytes of key", padded(key), keyBytes);
  return digestCheck(expected, async (password) => (await digest.load()).hmac(keyFound, password));
}

const hmacDigests = ["md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

function digestNamed(name: string): Digest | undefined {
  return nodeDigests.get(name) ?? rareDigests.get(name);
}

/** Base64 with its padding; Go's strict decoder takes no other. */
function padded(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 ? decodeBase64(text) : undefined;
}
