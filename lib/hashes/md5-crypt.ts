// md5crypt `$1$salt$<22>`, with Apache's magic `$apr1$` and AIX's `{smd5}` without any, and the ways in which Ory Kratos
// and OpenLDAP write it; and DokuWiki's kmd5, which is no crypt(3). Described in passlib's documentation (md5_crypt,
// apr_md5_crypt), OpenLDAP's contrib/slapd-modules/passwd/apr1.c, DokuWiki's PassHash.php.

import { hash } from "node:crypto";
import { deriveMd5Crypt, encodeMd5Crypt, md5CryptCostMs, md5CryptMemoryBytes } from "../algorithms/md5-crypt.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims, compareBytes, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

/**
 * Checks md5crypt hashes on the main thread. The rounds are always 1,000, so nothing has to be bounded. Rows of kmd5 and
 * of AIX's form without `{smd5}` have to name the format `md5-crypt`.
 */
export function md5Crypt(): HashFormat {
  return {
    name: "md5-crypt",
    // `{SMD5}` without a dollar sign is LDAP's salted MD5 and another family's.
    recognizes: claims("md5-crypt", /^(?:\$(?:1|apr1|md5-crypt)\$|\{smd5\}[^$]{0,8}\$|\{(?:apr1|bsdmd5)\})/i),
    parse,
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$apr1$GtTuaxwV$55D0khhCm/WhFJTgDKTUj0" },
  };
}

// A salt is what its maker took: any printable ASCII but `$` and `:`, at most 8 characters.
const dollars = /^(\$(?:1|apr1|md5-crypt)\$)([!-#%-9;-~]{0,8})\$([./0-9A-Za-z]{22})$/;
const aix = /^(?:\{smd5\})?([!-#%-9;-~]{0,8})\$([./0-9A-Za-z]{22})$/;
const ldap = /^\{(apr1|bsdmd5)\}(.+)$/i;
const kmd5 = /^([0-9a-f]{16})([!-~]{2})([0-9a-f]{16})$/;

function parse(stored: StoredPassword): ParsedHash {
  const text = encodedText("md5-crypt", stored);
  const [, magic, salt, digest] = dollars.exec(text) ?? [];
  if (magic !== undefined && salt !== undefined && digest !== undefined) {
    return textHash(magic === "$md5-crypt$" ? "$1$" : magic, salt, digest);
  }
  const [, aixSalt, aixDigest] = aix.exec(text) ?? [];
  if (aixSalt !== undefined && aixDigest !== undefined) return textHash("", aixSalt, aixDigest);
  const [, scheme, base64] = ldap.exec(text) ?? [];
  if (scheme !== undefined && base64 !== undefined) {
    return ldapHash(scheme.toLowerCase() === "apr1" ? "$apr1$" : "$1$", decodeBase64(base64));
  }
  const [, before, key, after] = kmd5.exec(text) ?? [];
  if (before !== undefined && key !== undefined && after !== undefined) return kmd5Hash(key, before + after);
  throw damaged("md5-crypt", "not of the form $1$salt$ and 22 characters, nor of its other dialects");
}

function textHash(magic: string, salt: string, digest: string): ParsedHash {
  return {
    costMs: md5CryptCostMs,
    memoryBytes: md5CryptMemoryBytes,
    verify: async (password, signal) => {
      const computed = await deriveMd5Crypt(magic, passwordToHash(password, signal), Buffer.from(salt), signal);
      return compareText(encodeMd5Crypt(computed), digest);
    },
  };
}

const digestBytes = 16;

/** OpenLDAP keeps the 16 bytes and the salt behind them. */
function ldapHash(magic: string, bytes: Uint8Array | undefined): ParsedHash {
  const whole = bytesWithin("md5-crypt", "bytes of digest and salt", bytes, { min: digestBytes, max: 2 * digestBytes });
  const salt = whole.subarray(digestBytes);
  return {
    costMs: md5CryptCostMs,
    memoryBytes: md5CryptMemoryBytes,
    verify: async (password, signal) => {
      const computed = await deriveMd5Crypt(magic, passwordToHash(password, signal), salt, signal);
      return compareBytes(computed, whole.subarray(0, digestBytes));
    },
  };
}

/** DokuWiki: md5(key . hex(md5(password))) in hex, with the key of two characters put into its middle. */
function kmd5Hash(key: string, digest: string): ParsedHash {
  return {
    costMs: 0.01,
    memoryBytes: md5CryptMemoryBytes,
    verify: async (password, signal) => {
      const inner = hash("md5", passwordToHash(password, signal), "hex");
      return compareText(hash("md5", `${key}${inner}`, "hex"), digest);
    },
  };
}

/** A dialect whose rows name the format, because the string alone tells nothing. */
const named: HashDialect["read"] = (encoded) => ({ format: md5Crypt(), stored: { encoded, format: "md5-crypt" } });

export const md5CryptFamily: HashFamily = {
  name: "md5-crypt",
  title: "md5crypt",
  specified: "FreeBSD's crypt(3) of 1994; described in passlib's documentation",
  bounds: "1,000 rounds, always; 8 characters of salt",
  dialects: [
    {
      id: "md5crypt",
      example: "$1$xlNvd04h$lLAndgmJDiw94FAFLP2rE0",
      usedBy: "crypt(3) of Linux and BSD before 2008, Cisco IOS type 5, Dovecot",
      line: "md5Crypt()",
      read: stringAlone(md5Crypt),
    },
    {
      id: "apr1",
      example: "$apr1$zvFRwrJ8$liUia6znKGxB7AMmrq1bX/",
      usedBy: "Apache htpasswd",
      line: "md5Crypt()",
      read: stringAlone(md5Crypt),
    },
    {
      id: "aix-smd5",
      example: "{smd5}LDY.4Tvz$BMHmXNuYfigjwVTnj3dcU0",
      usedBy: "AIX",
      line: "md5Crypt()",
      read: stringAlone(md5Crypt),
    },
    {
      id: "aix-md5-opensslraw",
      example: "uZyqcwb6$lULN5QtFvHaickiGK4Gwj0",
      usedBy: "openssl passwd -aixmd5",
      couldBe: /^[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{22}$/,
      line: "md5Crypt()",
      read: named,
    },
    {
      id: "ldap-apr1",
      example: "{APR1}xXPbMbLqavybUMk+HGmleXFXL0hJeklu",
      usedBy: "OpenLDAP (contrib apr1)",
      line: "md5Crypt()",
      read: stringAlone(md5Crypt),
    },
    {
      id: "ldap-bsdmd5",
      example: "{BSDMD5}fRwo/XVIbeHD6vAcjMDC9nhPSXpFNngv",
      usedBy: "OpenLDAP (contrib apr1)",
      line: "md5Crypt()",
      read: stringAlone(md5Crypt),
    },
    {
      id: "kratos-md5-crypt",
      example: "$md5-crypt$lhkeR1.x$zuU1PxwSbzPrZ1BPaKynY/",
      usedBy: "Ory Kratos",
      line: "md5Crypt()",
      read: stringAlone(md5Crypt),
    },
    {
      id: "dokuwiki-kmd5",
      example: "9a156f11aa616470q747b5779fd9594fcd",
      usedBy: "DokuWiki (kmd5), Tiki",
      couldBe: /^[0-9a-f]{16}[!-~]{2}[0-9a-f]{16}$/,
      line: "md5Crypt()",
      read: named,
    },
  ],
};
