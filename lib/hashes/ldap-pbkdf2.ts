// PBKDF2 behind an RFC 2307 scheme name: OpenLDAP's pw-pbkdf2, passlib and Roundup (`{PBKDF2-SHA256}N$salt$key` in
// adapted base64), 389 Directory Server (the same in standard base64, and `{PBKDF2_SHA256}` with all in one), Dovecot
// (`{PBKDF2}$1$salt$N$hex`) and Atlassian (`{PKCS5S2}`).

import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  readPbkdf2Bounds,
  type WrittenPbkdf2,
} from "../algorithms/pbkdf2.ts";
import { decodeAdaptedBase64, decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type LdapPbkdf2Settings = Pbkdf2Bounds;

const name = "ldap-pbkdf2";
const schemes = /^\{(?:PBKDF2(?:-SHA(?:1|256|512)|_SHA256)?|PKCS5S2)\}/i;
/** Elasticsearch writes `{PBKDF2}` with 32 bytes of SHA-512 where OpenLDAP has 20 of SHA-1. */
const elasticsearch = /^\{PBKDF2\}[0-9]+\$[A-Za-z0-9+/]{43}=\$[A-Za-z0-9+/]{43}=$/;

/** Checks PBKDF2 hashes of directories. */
export function ldapPbkdf2(settings: LdapPbkdf2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const claimed = claims(name, schemes);
  const format: HashFormat = {
    name,
    recognizes: (stored) => claimed(stored) && (stored.format === name || !elasticsearch.test(stored.encoded)),
    parse: (stored) => pbkdf2Hash({ format: name, maxIterations, ...parse(encodedText(name, stored)) }),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "{PBKDF2-SHA256}10000$KtOoH7spwk6OfEer8I9upQ$KnsLq7Yl4K22xVnnmF8zTXzLAfXS1ZMdaQuqvNR6P4M" },
  };
  return withSettingFaults(format, faults);
}

const digests: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["PBKDF2", "sha1"],
  ["PBKDF2-SHA1", "sha1"],
  ["PBKDF2-SHA256", "sha256"],
  ["PBKDF2-SHA512", "sha512"],
]);

function parse(text: string): WrittenPbkdf2 {
  const [, scheme = "", rest = ""] = /^\{([^{}]{1,16})\}(.+)$/.exec(text) ?? [];
  const upper = scheme.toUpperCase();
  if (upper === "PKCS5S2") return parseAtlassian(rest);
  if (upper === "PBKDF2_SHA256") return parse389(rest);
  const digest = digests.get(upper);
  if (digest === undefined) throw damaged(name, "an unknown scheme, allowed {PBKDF2}, {PBKDF2-SHA...}, {PKCS5S2}");
  const dovecot = /^\$1\$([^$]*)\$([^$]*)\$([^$]*)$/.exec(rest);
  if (dovecot !== null && upper === "PBKDF2") {
    const [, salt = "", iterations = "", key = ""] = dovecot;
    return { digest, iterations, salt: Buffer.from(salt), key: decodeHex(key) };
  }
  const [, iterations, salt = "", key = ""] = /^([^$]*)\$([^$]*)\$([^$]*)$/.exec(rest) ?? [];
  if (iterations === undefined) throw damaged(name, "not of the form {PBKDF2-SHA256}N$salt$key");
  return { digest, iterations, salt: decodeAdaptedBase64(salt), key: decodeAdaptedBase64(key) };
}

/** 16 bytes of salt and 32 of key; the rest is fixed. docs.atlassian.com, DefaultPasswordEncoder. */
function parseAtlassian(text: string): WrittenPbkdf2 {
  const bytes = bytesWithin(name, "bytes of salt and key", decodeBase64(text), { min: 48, max: 48 });
  const keyBytes = { min: 32, max: 32 };
  return { digest: "sha1", iterations: 10_000, salt: bytes.subarray(0, 16), key: bytes.subarray(16), keyBytes };
}

/** Iterations in four bytes, most significant first, 64 bytes of salt and 256 of key. 389-ds-base, pbkdf2_pwd.c. */
function parse389(text: string): WrittenPbkdf2 {
  const bytes = Buffer.from(
    bytesWithin(name, "bytes of iterations, salt and key", decodeBase64(text), { min: 324, max: 324 }),
  );
  const [salt, key] = [bytes.subarray(4, 68), bytes.subarray(68)];
  return { digest: "sha256", iterations: bytes.readUInt32BE(0), salt, key, keyBytes: { min: 256, max: 256 } };
}

function dialect(id: string, usedBy: string, example: string): HashDialect {
  return { id, usedBy, example, line: "ldapPbkdf2()", read: stringAlone(ldapPbkdf2) };
}

export const ldapPbkdf2Family: HashFamily = {
  name,
  title: "PBKDF2 of LDAP directories, Dovecot and Atlassian",
  specified: "RFC 2307 section 5.3 for the braces; OpenLDAP's pw-pbkdf2, 389-ds-base, Dovecot, Atlassian's PKCS5S2",
  bounds: pbkdf2BoundsText,
  dialects: [
    dialect(
      "ldap-pbkdf2",
      "OpenLDAP (pw-pbkdf2), passlib",
      "{PBKDF2}500$9V6rdQ6BECJE6B1jrFXqnQ$b5fiUqdEBmGYNnBErqgrEEa3F3o",
    ),
    dialect("roundup", "Roundup", "{PBKDF2}10000$xknxRsd0p5.8Cb6OqiCwCQ$8KTv4zRPbMnDpiwUGCRDYYLLj/g"),
    dialect(
      "389ds-pbkdf2",
      "389 Directory Server",
      "{PBKDF2-SHA256}10000$d+K5VQ39el1kQGts3pLvdig+9c+UkU/D$IN6kR3QapkmNXSFQ1RkBM4v9voqeR2PBvRLZDR+ASi0=",
    ),
    dialect("389ds-pbkdf2-sha256", "389 Directory Server 1.3", example389()),
    dialect("dovecot-pbkdf2", "Dovecot", "{PBKDF2}$1$bUnT4Pl7yFtYX0KU$5000$50a83cafdc517b9f46519415e53c6a858908680a"),
    dialect(
      "atlassian-pkcs5s2",
      "Jira, Confluence, Crowd, Bitbucket",
      "{PKCS5S2}hLA2plTqPeec857zXss5h4PdwYztuStMcj5RzmjQTcMqC5iXtLjvsx3Lfv3Pfifq",
    ),
  ],
};

/** 8,192 iterations, and zeros for salt and key: a whole one has 448 characters. */
function example389(): string {
  const bytes = Buffer.alloc(324);
  bytes.writeUInt32BE(8192, 0);
  return `{PBKDF2_SHA256}${bytes.toString("base64")}`;
}
