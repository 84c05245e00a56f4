// SHA-crypt: `$6$[rounds=N$]salt$<86>` with SHA-512 and `$5$[rounds=N$]salt$<43>` with SHA-256, the crypt(3) of Linux,
// Dovecot, Moodle; written with other prefixes by Ory Kratos, and by MySQL 8 with 20 raw bytes of salt. Specified in
// akkadia.org/drepper/SHA-crypt.txt; MySQL's form in its sql/auth/sha2_password.cc, hashcat's mode 7401.

import { type ShaCryptVariant, sha256Crypt, sha512Crypt, shaCryptText } from "../algorithms/sha-crypt.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, costWithin, damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface ShaCryptSettings {
  /** The most rounds, 5,000 to 5,000,000; default 1,000,000. */
  readonly maxRounds?: number;
}

// 5,000 is the default of crypt(3), 656,000 that of passlib and so the most that is common: 0.25 s on one whole
// processor. Below 1,000 crypt(3) never writes; the specification goes to 999,999,999 (6 minutes).
const minRounds = 1000;
const usualRounds = 5000;
const maxRoundsBound = { usual: 1_000_000, min: usualRounds, max: 5_000_000 };
/** The messages of the eight kinds of rounds fill less than a page of WASM. */
const memoryBytes = 65_536;

/** Checks SHA-crypt hashes on the main thread, in slices. */
export function shaCrypt(settings: ShaCryptSettings = {}): HashFormat {
  const maxRounds = readBound("maxRounds", settings.maxRounds, maxRoundsBound);
  const format: HashFormat = {
    name: "sha-crypt",
    recognizes: claims("sha-crypt", /^\$(?:[56]\$|sha(?:256|512)-crypt\$|A\$[0-9A-F]{3}\$|mysql\$A\$)/),
    parse: (stored) => parse(stored, maxRounds.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded:
        "$6$GBWG3Mi2gWauBshw$XWGrSAhLINQRW4hPPfvfKA0GL3D7GlHztoeZVzvT7x929Inukt0L3fd8BasKDODPwbuXcZHTNy7PFwdHqnRHI.",
    },
  };
  return withSettingFaults(format, maxRounds.faults);
}

// A salt is what its maker took: any printable ASCII but `$` and `:`, at most 16 characters.
const syntax = /^\$(5|6|sha256-crypt|sha512-crypt)\$(?:rounds=([^$]*)\$)?([!-#%-9;-~]{0,16})\$([./0-9A-Za-z]+)$/;

function parse(stored: StoredPassword, maxRounds: number): ParsedHash {
  const text = encodedText("sha-crypt", stored);
  if (/^\$(?:mysql\$)?A\$/.test(text)) return parseMysql(text, maxRounds);
  const [, id, roundsText, salt, digest] = syntax.exec(text) ?? [];
  const variant = id === "6" || id === "sha512-crypt" ? sha512Crypt : sha256Crypt;
  if (salt === undefined || digest === undefined || digest.length !== variant.length) {
    throw damaged("sha-crypt", "not of the form $6$[rounds=N$]salt$ and 86 characters, or $5$ and 43");
  }
  const rounds = parseCost("sha-crypt", "rounds", roundsText ?? `${usualRounds}`, { min: minRounds, max: maxRounds });
  return shaCryptHash(variant, Buffer.from(salt), rounds, digest);
}

const mysqlSaltBytes = 20;

/** MySQL's caching_sha2_password: thousands of rounds in hex, 20 bytes of salt as they are or in hashcat's hex. */
function parseMysql(text: string, maxRounds: number): ParsedHash {
  const [, thousands, rest] = /^\$A\$([0-9A-F]{3})\$(.+)$/s.exec(text) ?? [];
  const [, hashcatThousands, saltHex, digestHex] =
    /^\$mysql\$A\$([0-9A-F]{3})\*([0-9A-Fa-f]{40})\*([0-9A-Fa-f]{86})$/.exec(text) ?? [];
  const digestBytes = digestHex === undefined ? undefined : decodeHex(digestHex);
  const digest = rest?.slice(mysqlSaltBytes) ?? Buffer.from(digestBytes ?? []).toString("latin1");
  if (!/^[./0-9A-Za-z]{43}$/.test(digest)) {
    throw damaged("sha-crypt", "not of the form $A$005$, 20 bytes of salt and 43 characters");
  }
  const saltText = rest?.slice(0, mysqlSaltBytes);
  const salt = saltText === undefined ? decodeHex(saltHex ?? "") : Buffer.from(saltText);
  // MySQL makes salts of seven bits only; in a longer one the text was read in a wrong charset.
  const bytes = bytesWithin("sha-crypt", "bytes of salt", salt, { min: mysqlSaltBytes, max: mysqlSaltBytes });
  const rounds = Number.parseInt(thousands ?? hashcatThousands ?? "0", 16) * 1000;
  costWithin("sha-crypt", "rounds", rounds, { min: minRounds, max: maxRounds });
  return shaCryptHash(sha256Crypt, bytes, rounds, digest);
}

function shaCryptHash(variant: ShaCryptVariant, salt: Uint8Array, rounds: number, digest: string): ParsedHash {
  return {
    costMs: variant.costMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const key = passwordToHash(password, signal);
      return compareText(await shaCryptText(variant, key, salt, rounds, signal), digest);
    },
  };
}

export const shaCryptFamily: HashFamily = {
  name: "sha-crypt",
  title: "SHA-crypt",
  specified: "akkadia.org/drepper/SHA-crypt.txt",
  bounds: "1,000 to 1,000,000 rounds (maxRounds, up to 5,000,000); 16 bytes of salt, MySQL 20",
  dialects: [
    {
      id: "sha256crypt",
      example: "$5$QNaOHf1ZV/ev8Y5a$QUOXJ7tVK7sO4iNv5whMc8NGUb9StQB4TjI5DC4g7K0",
      usedBy: "crypt(3) of Linux, Dovecot, FreeBSD",
      line: "shaCrypt()",
      read: stringAlone(shaCrypt),
    },
    {
      id: "sha512crypt",
      example:
        "$6$6uMbXGhmPqRwwYn6$awE6W4b4u/E8sGvvRu6jdbL45S82sTtzRSccy5i7.egK0u52EbQXc3tcdQ58/FZybTEz43snsVQ45wxe5KQ0g1",
      usedBy: "crypt(3) of Linux, Dovecot, Moodle, phpBB",
      line: "shaCrypt()",
      read: stringAlone(shaCrypt),
    },
    {
      id: "kratos-sha256-crypt",
      example: "$sha256-crypt$rounds=10000$DJLlfeCR8Ejy/eV7$daobwi60BGFNf.K.jrFGM4WuoN0nfdkxb9n6VIy68a5",
      usedBy: "Ory Kratos",
      line: "shaCrypt()",
      read: stringAlone(shaCrypt),
    },
    {
      id: "kratos-sha512-crypt",
      example:
        "$sha512-crypt$rounds=10000$Pe33rnpaHRzlyS2o$aD6gMi.s7SAwpLHK7S21e6KS74uxFfMBJNHPHXiez2IC97.qM7/o7vP0C7MFDZrkGRzON3NmDrNnaaOQFwbfd/",
      usedBy: "Ory Kratos",
      line: "shaCrypt()",
      read: stringAlone(shaCrypt),
    },
    {
      id: "mysql-caching-sha2",
      example: "$A$005$3Xq}r{R?0TjWp9aK.;uzn0BZy2Dux9Apazv1AcDoc/1UG0J.TbuBdTsyEG6p/C.",
      usedBy: "MySQL 8 (caching_sha2_password)",
      line: "shaCrypt()",
      read: stringAlone(shaCrypt),
    },
  ],
};
