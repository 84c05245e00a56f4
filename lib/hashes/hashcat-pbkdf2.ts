// PBKDF2 as the crackers write it, for exports that have been through them: hashcat (`sha256:N:base64:base64`, modes
// 10900, 11900, 12000, 12100) and John the Ripper (`$pbkdf2-hmac-sha1$N.hex.hex`, also with `$` between: NetIQ SSPR).

import {
  isPbkdf2Digest,
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
  type WrittenPbkdf2,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type HashcatPbkdf2Settings = Pbkdf2Bounds;

const name = "hashcat-pbkdf2";

/** Checks PBKDF2 hashes in the crackers' notations. */
export function hashcatPbkdf2(settings: HashcatPbkdf2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^(?:(?:md5|sha1|sha256|sha512):[0-9]+:|\$pbkdf2-hmac-(?:md5|sha1|sha256|sha512)\$)/),
    parse: (stored) => pbkdf2Hash({ format: name, maxIterations, ...parse(encodedText(name, stored)) }),
  };
  return withSettingFaults(format, faults);
}

function parse(text: string): WrittenPbkdf2 {
  const hashcat = /^([a-z0-9]+):([^:]*):([^:]*):([^:]*)$/.exec(text);
  if (hashcat !== null) {
    const [, digest = "", iterations = "", salt = "", key = ""] = hashcat;
    return {
      digest: digestOf(digest),
      iterations,
      salt: decodeBase64(salt),
      key: decodeBase64(key),
      keyBytes: pbkdf2KeyBytes,
    };
  }
  const john = /^\$pbkdf2-hmac-([a-z0-9]+)\$([^.$]*)([.$])([^.$]*)\3([^.$]*)$/.exec(text);
  if (john === null) throw damaged(name, "not of the form digest:N:salt:key or $pbkdf2-hmac-digest$N.salt.key");
  const [, digest = "", iterations = "", , salt = "", key = ""] = john;
  return { digest: digestOf(digest), iterations, salt: decodeHex(salt), key: decodeHex(key), keyBytes: pbkdf2KeyBytes };
}

function digestOf(text: string): Pbkdf2Digest {
  if (isPbkdf2Digest(text)) return text;
  throw damaged(name, "an unknown digest, allowed are those of MD5, SHA-1 and SHA-2");
}

export const hashcatPbkdf2Family: HashFamily = {
  name,
  title: "PBKDF2 of hashcat and John the Ripper",
  specified: "hashcat.net/wiki/doku.php?id=example_hashes; John the Ripper's pbkdf2-hmac formats",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "hashcat-pbkdf2",
      example: "sha1:1000:MTYwNTM4MDU4Mzc4MzA=:aGghFQBtQ8+WVlMk5GEaMw==",
      usedBy: "hashcat, and projects that took its notation",
      line: "hashcatPbkdf2()",
      read: stringAlone(hashcatPbkdf2),
    },
    {
      id: "jtr-pbkdf2",
      example: "$pbkdf2-hmac-sha1$1000.fd11cde0.27de197171e6d49fc5f55c9ef06c0d8751cd7250",
      usedBy: "John the Ripper; NetIQ SSPR (hashcat modes 32050 to 32070)",
      line: "hashcatPbkdf2()",
      read: stringAlone(hashcatPbkdf2),
    },
  ],
};
