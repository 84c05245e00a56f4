// CouchDB's passwords as local.ini writes them: `-pbkdf2-key,salt,N` (SHA-1, since 1.3), `-pbkdf2:sha256-key,salt,N` (3.4)
// and `-hashed-digest,salt` (before 1.3). The salt is text. Documents of _users hold the same in fields.
// docs.couchdb.org/en/stable/config/auth.html, section "chttpd_auth".

import { createHash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type CouchdbSettings = Pbkdf2Bounds;

const name = "couchdb";
const digests: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["", "sha1"],
  [":sha", "sha1"],
  [":sha224", "sha224"],
  [":sha256", "sha256"],
  [":sha384", "sha384"],
  [":sha512", "sha512"],
]);

/** Checks CouchDB's hashes. */
export function couchdb(settings: CouchdbSettings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^-(?:pbkdf2(?::sha[0-9]*)?|hashed)-/),
    parse: (stored) => parse(encodedText(name, stored), maxIterations),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "-pbkdf2:sha256-7e91da90b583bfc66755baa3ba3f2428f2d2dd4bf83c7408bb0deb2b47e4afeb,209a949d3e5de062a45f5a0f500e02e4,600000",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(text: string, maxIterations: number | undefined): ParsedHash {
  const [, hashed, hashedSalt = ""] = /^-hashed-([^,]*),(.*)$/s.exec(text) ?? [];
  if (hashed !== undefined) {
    const expected = bytesWithin(name, "bytes of SHA-1", decodeHex(hashed), { min: 20, max: 20 });
    return digestCheck(expected, (password) => createHash("sha1").update(password).update(hashedSalt).digest());
  }
  const [, prf, key = "", salt = "", iterations = ""] =
    /^-pbkdf2(:[a-z0-9]+|)-([^,]*),([^,]*),([^,]*)$/.exec(text) ?? [];
  const digest = digests.get(prf ?? "?");
  if (digest === undefined) throw damaged(name, "not of the form -pbkdf2-key,salt,N or -hashed-digest,salt");
  return pbkdf2Hash({
    format: name,
    digest,
    iterations,
    salt: Buffer.from(salt),
    key: decodeHex(key),
    maxIterations,
  });
}

export const couchdbFamily: HashFamily = {
  name,
  title: "CouchDB",
  specified: "CouchDB's documentation, chttpd_auth",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "couchdb",
      example: "-pbkdf2-b398666f67ad36bb2003dc2ee2f3a36ac921531f,0123456789abcdef0123456789abcdef,10",
      usedBy: "CouchDB 1.3 to 3.3",
      line: "couchdb()",
      read: stringAlone(couchdb),
    },
    {
      id: "couchdb3",
      example:
        "-pbkdf2:sha256-489daeac549306a648b61d1b22a2b044f7061ae81f5ab33a2eefdf0d555e41b5,0123456789abcdef0123456789abcdef,600000",
      usedBy: "CouchDB 3.4 and later",
      line: "couchdb()",
      read: stringAlone(couchdb),
    },
    {
      id: "couchdb-sha1",
      example: "-hashed-2ed3ff55eb136a2b6aebbc52ec434f1069a5e413,saltsalt",
      usedBy: "CouchDB before 1.3",
      line: "couchdb()",
      read: stringAlone(couchdb),
    },
  ],
};
