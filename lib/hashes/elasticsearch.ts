// Elasticsearch's hashes of the native and file realms: `{PBKDF2}N$salt$key` (SHA-512, 32 bytes), `{PBKDF2_STRETCH}` (the
// same over the hexadecimal SHA-512 of the password) and `{SSHA256}` with eight characters of salt before the digest.
// github.com/elastic/elasticsearch, org.elasticsearch.xpack.core.security.authc.support.Hasher.

import { createHash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type ElasticsearchSettings = Pbkdf2Bounds;

const name = "elasticsearch";
const keyBytes = { min: 32, max: 32 };
// Directories write {PBKDF2} with another digest and a shorter key, and {SSHA256} with the salt elsewhere: a row with
// {SSHA256} has to name the format.
const shapes = /^\{PBKDF2(?:_STRETCH\}|\}[0-9]+\$[A-Za-z0-9+/]{43}=\$[A-Za-z0-9+/]{43}=$)/;

/** Checks Elasticsearch's own hashes; its bcrypt ones are `bcrypt()`'s. */
export function elasticsearch(settings: ElasticsearchSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, shapes),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "{PBKDF2}10000$Iw7o+fwx0zZ3eNca1VkMBWfmyg87Q3P9J9c4hrR+nH4=$DVlwE7kDzb4KX+dmiFstC59nUOoYSdgDe9M8idl/VV8=",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, salt8, digest = ""] = /^\{SSHA256\}(.{8})(.+)$/.exec(text) ?? [];
  if (salt8 !== undefined) {
    const expected = bytesWithin(name, "bytes of SHA-256", decodeBase64(digest), keyBytes);
    return digestCheck(expected, (password) => createHash("sha256").update(password).update(salt8).digest());
  }
  const [, scheme, iterations = "", salt = "", key = ""] =
    /^\{(PBKDF2(?:_STRETCH)?)\}([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (scheme === undefined) throw damaged(name, "not of the form {PBKDF2}N$salt$key or {SSHA256}");
  return pbkdf2Hash({
    format: name,
    digest: "sha512",
    iterations,
    salt: decodeBase64(salt),
    key: decodeBase64(key),
    keyBytes,
    maxIterations,
    prepare: (password) => (scheme === "PBKDF2" ? password : sha512Hex(password)),
  });
}

function sha512Hex(password: Uint8Array): Uint8Array {
  return Buffer.from(createHash("sha512").update(password).digest("hex"));
}

export const elasticsearchFamily: HashFamily = {
  name,
  title: "Elasticsearch",
  specified: "Elasticsearch's Hasher; xpack.security.authc.password_hashing.algorithm",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "elasticsearch",
      example:
        "{PBKDF2_STRETCH}10000$xknxRsd0p5+8Cb6OqiCwCTzGx+RfwFzIdA+JDl94e5E=$MPo7ysbDaztZFHAsfWsh26KFoSvC4rnBrPJANdrrz2s=",
      usedBy: "Elasticsearch, native and file realm",
      couldBe: /^\{SSHA256\}.{8}[A-Za-z0-9+/]{43}=$/,
      line: "elasticsearch()",
      read: (encoded) => ({
        format: elasticsearch(),
        stored: encoded.startsWith("{SSHA256}") ? { format: name, encoded } : { encoded },
      }),
    },
  ],
};
