// `$sspr$type$N$salt$digest`, as John the Ripper and hashcat write the iterated digests of NetIQ Self Service Password Reset
// (type 0 MD5, 1 SHA-1, 2 salted SHA-1, 3 salted SHA-256, 4 salted SHA-512) and of Adobe Experience Manager, which are the
// same. The salt is text. John the Ripper's sspr; hashcat modes 32000 to 32041.

import {
  type IteratedDigest,
  type IteratedDigestBounds,
  iteratedDigestBoundsText,
  iteratedHash,
  readIteratedDigestBounds,
} from "../algorithms/iterated-digest.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type SsprSettings = IteratedDigestBounds;

const name = "sspr";
const digests: readonly IteratedDigest[] = ["md5", "sha1", "sha1", "sha256", "sha512"];
const unsaltedTypes = 2;

/** Checks the iterated digests of NetIQ SSPR and Adobe Experience Manager. */
export function sspr(settings: SsprSettings = {}): HashFormat {
  const { maxRounds, faults } = readIteratedDigestBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$sspr\$/),
    parse: (stored) => parse(encodedText(name, stored), maxRounds),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "$sspr$4$100000$kQ7bXr2nVw9cTd4mZs8pLf3hYg6jKa1e$92f4fa1658fc919f23adfd148559ee37483b054db5a9e699c2897e1d587b0f046295ee567508c87d09fed651f77735f00ed16bfe2016af65c820a710eb2dcb12",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxRounds: number): ParsedHash {
  const [, type, rounds = "", salt = "", digest = ""] = /^\$sspr\$([0-4])\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  const algorithm = digests[Number(type)];
  if (type === undefined || algorithm === undefined) throw damaged(name, "not of the form $sspr$type$N$salt$digest");
  const salted = Number(type) >= unsaltedTypes;
  if (salted === (salt === "NONE")) throw damaged(name, "a salt where there is none, or none where there is one");
  return iteratedHash({
    format: name,
    digest: algorithm,
    rounds,
    maxRounds,
    expected: decodeHex(digest),
    first: (password) => (salted ? Buffer.concat([Buffer.from(salt), password]) : password),
  });
}

export const ssprFamily: HashFamily = {
  name,
  title: "NetIQ SSPR and Adobe Experience Manager",
  specified: "John the Ripper's sspr, hashcat modes 32000 to 32041",
  bounds: iteratedDigestBoundsText,
  dialects: [
    {
      id: "sspr",
      example: "$sspr$0$100000$NONE$1e6172e71e6af1c15f4c5ca658815835",
      usedBy: "NetIQ (Micro Focus) Self Service Password Reset",
      line: "sspr()",
      read: stringAlone(sspr),
    },
    {
      id: "aem-sspr",
      example: "$sspr$3$1000$f9bbf1381f481427$a1b45fd7eb190cc7f0bf831698cb777207eebbb4b7ea2abd6fff84be539aae62",
      usedBy: "Adobe Experience Manager, Apache Jackrabbit Oak",
      line: "sspr()",
      read: stringAlone(sspr),
    },
  ],
};
