// Directory passwords (RFC 2307 section 5.3): `{MD5}`, `{SHA}`, `{SHA256}` ... with the digest in base64, `{SMD5}`, `{SSHA}`,
// `{SSHA256}` ... with the salt behind the digest in it, and clear text. Scheme names are case-insensitive.

import { createHash } from "node:crypto";
import { digestCheck } from "../algorithms/digest-check.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { type Bound, bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

const name = "ldap";

interface Scheme {
  readonly digest: "md5" | "sha1" | "sha256" | "sha384" | "sha512";
  readonly bytes: number;
  readonly salt: Bound;
}

const none: Bound = { min: 0, max: 0 };
// Directories write 4 to 16 bytes; hashcat's examples of SSHA256 have 2.
const some: Bound = { min: 1, max: 1024 };
const schemes: ReadonlyMap<string, Scheme> = new Map([
  ["MD5", { digest: "md5", bytes: 16, salt: none }],
  ["SHA", { digest: "sha1", bytes: 20, salt: none }],
  ["SHA256", { digest: "sha256", bytes: 32, salt: none }],
  ["SHA384", { digest: "sha384", bytes: 48, salt: none }],
  ["SHA512", { digest: "sha512", bytes: 64, salt: none }],
  // Nothing but passlib's list of malformed hashes has a shorter one here.
  ["SMD5", { digest: "md5", bytes: 16, salt: { ...some, min: 4 } }],
  ["SSHA", { digest: "sha1", bytes: 20, salt: some }],
  ["SSHA256", { digest: "sha256", bytes: 32, salt: some }],
  ["SSHA384", { digest: "sha384", bytes: 48, salt: some }],
  ["SSHA512", { digest: "sha512", bytes: 64, salt: some }],
]);

/** Checks digests of directories, and clear text in rows that name the format. */
export function ldap(): HashFormat {
  return {
    name,
    // `{MD5}$1$...` is Dovecot's.
    recognizes: claims(name, /^\{(?:S?MD5|S?SHA(?:256|384|512)?)\}(?!.*\$)/i),
    parse: (stored) => parse(stored, encodedText(name, stored)),
  };
}

function parse(stored: StoredPassword, text: string): ParsedHash {
  const [, scheme, rest = ""] = /^\{([^{}]{1,32})\}(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return parsePlain(stored, text);
  const known = schemes.get(scheme.toUpperCase());
  if (known === undefined) throw damaged(name, `an unknown scheme, allowed are ${[...schemes.keys()].join(", ")}`);
  const { digest, bytes, salt } = known;
  if (rest.length % 4 !== 0) throw damaged(name, "base64 without its padding");
  const bound = { min: bytes + salt.min, max: bytes + salt.max };
  const decoded = bytesWithin(name, `bytes of {${scheme.toUpperCase()}}`, decodeBase64(rest), bound);
  return digestCheck(decoded.subarray(0, bytes), (password) => {
    return createHash(digest).update(password).update(decoded.subarray(bytes)).digest();
  });
}

/** What marks an account as unusable is no password, not even where passwords stand in clear. */
const unusable: ReadonlySet<string> = new Set(["!", "!!", "*", "*0", "*1", "*LK*", "x"]);

function parsePlain(stored: StoredPassword, text: string): ParsedHash {
  if (stored.format !== name) throw damaged(name, "no {scheme}; clear text only where the row names the format");
  if (unusable.has(text)) throw damaged(name, "a mark of an unusable account");
  return digestCheck(Buffer.from(text), (password) => password);
}

function dialect(id: string, example: string): HashDialect {
  const usedBy = "OpenLDAP, 389 Directory Server, Dovecot, Spring, Kratos, WorkOS, FusionAuth";
  return { id, example, usedBy, line: "ldap()", read: stringAlone(ldap) };
}

export const ldapFamily: HashFamily = {
  name,
  title: "LDAP (RFC 2307)",
  specified: "RFC 2307 section 5.3; OpenLDAP Administrator's Guide, section 14.4",
  bounds: "one digest; salts up to 1,024 bytes",
  dialects: [
    dialect("ldap-md5", "{MD5}/F4DjTilcDIIVEHn/nAQsA=="),
    dialect("ldap-sha", "{SHA}at+xg6SiyUovktq1redipHiJpaE="),
    dialect("ldap-sha256", "{SHA256}n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="),
    dialect("ldap-sha384", "{SHA384}kuGcVwcn2RHtGiTrI39fMt2MKkCdZyu9t7bCWwqJ3a2mL2OrmZM3IdGX9Ob+9XSF"),
    dialect(
      "ldap-sha512",
      "{SHA512}7iaw3Ur350mqGo7jwQrpkj9hiYB3Lkc/iBml1JQODbJ6wYX4oOHV+E+IvIh/1nsUNzLDBMxfqa2Ob1f1ACio/w==",
    ),
    dialect("ldap-smd5", "{SMD5}UjFY34os/pnZQ3oQOzjqGu4yeXE="),
    dialect("ldap-ssha", "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"),
    dialect("ldap-ssha256", "{SSHA256}TFv2RpwyO0U9mA0Hk8FsXRa1I+4dNUtv27Qa8dzGVLinlDIm"),
    dialect("ldap-ssha384", "{SSHA384}s6Hhu+5xyN6/AUXQNtQIa6B6QcLMopy7g7oMF+zRZmwwcEryxs17qlOp+WsKqcadMAwLOHnxvLg="),
    dialect(
      "ldap-ssha512",
      "{SSHA512}Yg9DQ2wURCFGwobu7R2O6cq7nVbnGMPrFCX0aPQ9kj/y1hd6k9PEzkgWCB5aXdPwPzNrVb0PkiHiBnG1CxFiT+B8L8U=",
    ),
    {
      id: "ldap-plaintext",
      example: "invented password",
      usedBy: "directories without hashing",
      couldBe: /^[^{]/,
      line: "ldap()",
      read: (encoded) => ({ format: ldap(), stored: { format: name, encoded } }),
    },
  ],
};
