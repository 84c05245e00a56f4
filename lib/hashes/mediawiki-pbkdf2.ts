// MediaWiki's `:pbkdf2:sha512:N:length:salt:key`, both in base64.
// doc.wikimedia.org/mediawiki-core/master/php, Pbkdf2PasswordUsingOpenSSL.

import {
  isPbkdf2Digest,
  type Pbkdf2Bounds,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type MediawikiPbkdf2Settings = Pbkdf2Bounds;

const name = "mediawiki-pbkdf2";

/** Checks MediaWiki's PBKDF2 hashes, its default since 1.24. */
export function mediawikiPbkdf2(settings: MediawikiPbkdf2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^:pbkdf2:/),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        ":pbkdf2:sha512:30000:64:ppivZBCVvVBkHGL/JBuFwQ==:rra+VOQi7wcbXCwiUFlcy5L6BZWL08GEM9SrFaLf0aGrC/8PGwWq1F+hD9WylvXhmqBe5Ddiy0Ndz7MTHoXBQw==",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, digest, iterations = "", length = "", salt = "", key = ""] =
    /^:pbkdf2:([a-z0-9-]+):([^:]*):([^:]*):([^:]*):([^:]*)$/.exec(text) ?? [];
  if (digest === undefined) throw damaged(name, "not of the form :pbkdf2:digest:N:length:salt:key");
  if (!isPbkdf2Digest(digest)) throw damaged(name, "an unknown digest, allowed are those of MD5, SHA-1 and SHA-2");
  const bytes = parseCost(name, "bytes of key", length, pbkdf2KeyBytes);
  return pbkdf2Hash({
    format: name,
    digest,
    iterations,
    salt: decodeBase64(salt),
    key: decodeBase64(key),
    keyBytes: { min: bytes, max: bytes },
    maxIterations,
  });
}

export const mediawikiPbkdf2Family: HashFamily = {
  name,
  title: "MediaWiki, PBKDF2",
  specified: "MediaWiki's Pbkdf2PasswordUsingOpenSSL",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "mediawiki-pbkdf2",
      example:
        ":pbkdf2:sha512:3000:64:9wen5ULVesuHseUTPQ7JWg==:rGJo/z7Ag92vrtb5knLHO4FLVcQtOj80P5kNpDnuITuW3wQ8TmFNj+UVGoRRnA6+lPXMycvGhEbsLzT63MU2ew==",
      usedBy: "MediaWiki since 1.24",
      line: "mediawikiPbkdf2()",
      read: stringAlone(mediawikiPbkdf2),
    },
  ],
};
