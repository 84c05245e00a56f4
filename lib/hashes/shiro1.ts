// Apache Shiro 1's `$shiro1$SHA-256$N$salt$digest`, both in base64: an iterated digest of private salt, salt and password.
// shiro.apache.org, org.apache.shiro.crypto.hash.format.Shiro1CryptFormat.

import {
  type IteratedDigest,
  type IteratedDigestBounds,
  iteratedDigestBoundsText,
  iteratedHash,
  readIteratedDigestBounds,
} from "../algorithms/iterated-digest.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import { secretParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface Shiro1Settings extends IteratedDigestBounds {
  /** The private salt of Shiro's DefaultHashService, where the application sets one. */
  readonly privateSalt?: HashKey;
}

const name = "shiro1";
const digests: ReadonlyMap<string, IteratedDigest> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/** Checks Shiro 1's hashes on the main thread, in slices. */
export function shiro1(settings: Shiro1Settings = {}): HashFormat {
  const { maxRounds, faults } = readIteratedDigestBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$shiro1\$/),
    parse: (stored) => parse(encodedText(name, stored), maxRounds, settings.privateSalt),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$shiro1$SHA-256$500000$oQJK8d7tNE1oiB5VYV/UJA==$mhuCAuxP3EEvu30VVuS/SbjieROsYHAkW50RTtTbHYg=" },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxRounds: number, privateSalt: HashKey | undefined): ParsedHash {
  const [, id, rounds = "", saltText = "", digestText = ""] =
    /^\$shiro1\$([^$]*)\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  const digest = digests.get(id ?? "");
  if (digest === undefined) {
    throw damaged(name, `not of the form $shiro1$digest$N$salt$digest; digests are ${[...digests.keys()].join(", ")}`);
  }
  const salt = bytesWithin(name, "bytes of salt", decodeBase64(saltText), { min: 0, max: 1024 });
  return iteratedHash({
    format: name,
    digest,
    rounds,
    maxRounds,
    expected: decodeBase64(digestText),
    first: async (password, signal) => {
      const secret = privateSalt === undefined ? new Uint8Array() : await readHashKey(privateSalt, signal);
      return Buffer.concat([secret, salt, password]);
    },
  });
}

export const shiro1Family: HashFamily = {
  name,
  title: "Apache Shiro 1",
  specified: "Shiro's Shiro1CryptFormat",
  bounds: iteratedDigestBoundsText,
  dialects: [
    {
      id: "shiro1",
      example: "$shiro1$SHA-256$5000$qC6u5ePYA78+AUgmgTQsug==$5FPWUAuQobcn1dioFhEsaKMrBjjGnbLwbRe9LvT7lG8=",
      beside: "private salt, where there is one",
      usedBy: "Apache Shiro 1, Sonatype Nexus",
      line: "shiro1()",
      read: (encoded, params) => {
        const privateSalt = secretParam(params, "private_salt");
        return { format: shiro1(privateSalt === undefined ? {} : { privateSalt }), stored: { encoded } };
      },
    },
  ],
};
