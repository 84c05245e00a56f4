// Seafile's `PBKDF2SHA256$N$salt$key`, both in hexadecimal. github.com/haiwen/ccnet-server, common/user-mgr.c.

import { type Pbkdf2Bounds, pbkdf2BoundsText, pbkdf2Hash, readPbkdf2Bounds } from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type SeafileSettings = Pbkdf2Bounds;

const name = "seafile";

/** Checks Seafile's hashes. */
export function seafile(settings: SeafileSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^PBKDF2SHA256\$/),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "PBKDF2SHA256$10000$7e91da90b583bfc66755baa3ba3f2428f2d2dd4bf83c7408bb0deb2b47e4afeb$d826a58034f4c91ecd9cb662ee583dffaea1e3cc79cd41a373b121fe6b2d017a",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, iterations, salt = "", key = ""] = /^PBKDF2SHA256\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (iterations === undefined) throw damaged(name, "not of the form PBKDF2SHA256$N$salt$key");
  const [saltBytes, keyBytes] = [decodeHex(salt), decodeHex(key)];
  return pbkdf2Hash({ format: name, digest: "sha256", iterations, salt: saltBytes, key: keyBytes, maxIterations });
}

export const seafileFamily: HashFamily = {
  name,
  title: "Seafile",
  specified: "Seafile's ccnet-server, user-mgr.c",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "seafile-pbkdf2",
      example:
        "PBKDF2SHA256$10000$fb5e2848128fc30d86a04db512815c064a61421d3f0f06436b01e17fd6bf8781$d0ed4b9e2489083a3baa903d4bec69eae7507fa33b8e2560e11cea2f1d188e72",
      usedBy: "Seafile; DokuWiki",
      line: "seafile()",
      read: stringAlone(seafile),
    },
  ],
};
