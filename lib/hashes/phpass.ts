// phpass's portable hashes: `$P$` (WordPress before 6.8, bbPress, Joomla 2.5) and `$H$` (phpBB 3), one character of
// log2 rounds, 8 of salt, 22 of MD5. Specified by its source, PasswordHash.php of openwall.com/phpass. Besides, what
// Drupal, TYPO3 and phpBB made of it when they took over older hashes: Drupal's PhpassHashedPasswordBase.php, TYPO3's
// SaltedPasswordService, phpBB's phpbb/passwords/manager.php and its drivers.

import { hash } from "node:crypto";
import { phpassMd5, phpassSha512 } from "../algorithms/phpass.ts";
import { crypt64Value } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { costWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { optionalText, stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface PhpassSettings {
  /** The highest log2 of the rounds, 13 to 22; default 18. */
  readonly maxLog2Rounds?: number;
  /** The format of the second half of phpBB's combined hashes, `$H\2y$…`: `bcrypt()`. Without it they are refused. */
  readonly combined?: HashFormat;
}

// phpBB uses 11, WordPress 13, Drupal 16, phpass itself allows 7 to 30. 18 takes 30 ms on one whole processor, Drupal's
// SHA-512 90 ms; 22 takes 0.5 s and 1.4 s.
const minLog2Rounds = 7;
const maxLog2Bound = { usual: 18, min: 13, max: 22 };
const memoryBytes = 65_536;

/** Measured: 0.11 and 0.32 us. */
const digests = {
  md5: { costMs: 0.0002, length: 22, derive: phpassMd5 },
  sha512: { costMs: 0.0005, length: 43, derive: phpassSha512 },
} as const;

/** Checks phpass hashes on the main thread, in slices. */
export function phpass(settings: PhpassSettings = {}): HashFormat {
  const maxLog2Rounds = readBound("maxLog2Rounds", settings.maxLog2Rounds, maxLog2Bound);
  const format: HashFormat = {
    name: "phpass",
    recognizes: claims("phpass", /^(?:[UMC]?\$[PH]\$|U\$S\$|\$CP\$|\$[PH]\\2[aby]\$)/),
    parse: (stored) => parse(stored, maxLog2Rounds.value, settings.combined),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$P$BBXX/qilHEcWQ4UIKnswxx25lq13oG." },
  };
  return withSettingFaults(format, maxLog2Rounds.faults);
}

type Prepare = (password: Uint8Array) => Uint8Array;

/** `$P$…`, `$H$…`, Drupal's `U$P$…` and `U$S$…`, TYPO3's `M$P$…` and `C$P$…`: U and M mean that MD5 came first. */
const syntax = /^([UMC]?)\$([PHS])\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22}|[./0-9A-Za-z]{43})$/;

function parse(stored: StoredPassword, maxLog2: number, combined: HashFormat | undefined): ParsedHash {
  const text = encodedText("phpass", stored);
  if (text.startsWith("$CP$")) return parseConverted(text.slice("$CP$".length), stored.username);
  if (text.includes("\\")) return parseCombined(text, maxLog2, combined);
  const [, mark, letter, log2Text, salt, digest] = syntax.exec(text) ?? [];
  const variant = letter === "S" ? digests.sha512 : digests.md5;
  // A bare `$S$` is Drupal 7's own and another format's.
  const known = letter !== "S" || mark === "U";
  if (!known || log2Text === undefined || salt === undefined || digest?.length !== variant.length) {
    throw damaged("phpass", "not of the form $P$ and 31 characters, nor of its other dialects");
  }
  const rounds = 2 ** readLog2(log2Text, maxLog2);
  const prepare: Prepare = mark === "U" || mark === "M" ? md5Hex : (password) => password;
  return {
    costMs: variant.costMs * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const computed = await variant.derive(prepare(passwordToHash(password, signal)), salt, rounds, signal);
      return compareText(computed.slice(0, variant.length), digest);
    },
  };
}

function readLog2(character: string, max: number): number {
  return costWithin("phpass", "as log2 of the rounds", crypt64Value(character) ?? 0, { min: minLog2Rounds, max });
}

function md5Hex(password: Uint8Array): Uint8Array {
  return Buffer.from(hash("md5", password, "hex"));
}

/**
 * phpBB's `$CP$` and the hash of the board that was converted: MD5 of the password (phpBB 2; in windows-1252 or UTF-8, both
 * of which phpBB tries), or SMF's SHA-1 of user name and password.
 */
function parseConverted(digest: string, username: string | undefined): ParsedHash {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{40})$/.test(digest)) {
    throw damaged("phpass", "not of the form $CP$ and 32 or 40 hexadecimal digits");
  }
  const isSha1 = digest.length === 40;
  if (isSha1 && username === undefined)
    throw damaged("phpass", "SMF's hash without the user name, which is part of it");
  const name = Buffer.from((username ?? "").toLowerCase());
  return {
    costMs: 0.1,
    memoryBytes,
    verify: async (password, signal) => {
      const bytes = passwordToHash(password, signal);
      const computed = isSha1
        ? [hash("sha1", Buffer.concat([name, bytes]), "hex")]
        : [bytes, oneByteEach(bytes)].map((reading) => hash("md5", reading, "hex"));
      return computed.map((one) => compareText(one, digest)).includes("match") ? "match" : "mismatch";
    },
  };
}

const windows1252 = new Map(
  [...new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))].map(
    (character, byte) => [character, byte] as const,
  ),
);

/** The password as an old board's pages sent it, in windows-1252; as it is where that does not have all of it. */
function oneByteEach(password: Uint8Array): Uint8Array {
  const bytes = [...Buffer.from(password).toString("utf8")].map((character) => windows1252.get(character));
  return bytes.includes(undefined) ? password : Uint8Array.from(bytes, (byte) => byte ?? 0);
}

// phpBB writes the settings of both halves, then what the last one made: `$H\2y$9<salt>$10\<salt>$<digest>`.
const combinedSyntax =
  /^\$[PH]\\(2[aby])\$([./0-9A-Za-z])([./0-9A-Za-z]{8})\$([0-9]{2})\\([./0-9A-Za-z]{22})\$([./0-9A-Za-z]{31})$/;

/** phpBB's hashes of hashes: bcrypt of the 22 characters that phpass makes. */
function parseCombined(text: string, maxLog2: number, combined: HashFormat | undefined): ParsedHash {
  const [, variant, log2Text, salt, cost, outerSalt, outerDigest] = combinedSyntax.exec(text) ?? [];
  if (variant === undefined || log2Text === undefined || salt === undefined) {
    throw damaged("phpass", "not of the form $H\\2y$ and the settings of both halves");
  }
  if (combined === undefined) {
    throw new MigrationError(
      "HASH_UNKNOWN",
      "phpass: a combined hash, and `combined` names no format for its second half",
    );
  }
  const rounds = 2 ** readLog2(log2Text, maxLog2);
  const outer = combined.parse({ encoded: `$${variant}$${cost}$${outerSalt}${outerDigest}` });
  return {
    costMs: digests.md5.costMs * rounds + outer.costMs,
    memoryBytes: memoryBytes + outer.memoryBytes,
    verify: async (password, signal) => {
      const inner = await phpassMd5(passwordToHash(password, signal), salt, rounds, signal);
      return outer.verify(Secret.fromText(inner), signal);
    },
  };
}

function dialect(id: string, example: string, usedBy: string): HashDialect {
  return { id, example, usedBy, line: "phpass()", read: stringAlone(phpass) };
}

export const phpassFamily: HashFamily = {
  name: "phpass",
  title: "phpass",
  specified: "PasswordHash.php of openwall.com/phpass",
  bounds: "log2 of the rounds 7 to 18 (maxLog2Rounds, up to 22)",
  dialects: [
    dialect(
      "phpass",
      "$P$B2KuwFBOD2LBkUpM7gdFy6Z3iR600d0",
      "WordPress before 6.8, phpBB 3, bbPress, Joomla 2.5, Vanilla",
    ),
    dialect(
      "drupal6-migrated",
      "U$S$9tbzxuQCHnN/jmiUqxpm9slO5NBY1twBZotcZ/fb0K8wRRYRWXA4",
      "Drupal 7 to 10, users of Drupal 6",
    ),
    dialect("typo3-md5-phpass", "M$P$CBH/PfJr6YsA22OBGPJ6pC/783SBfh.", "TYPO3, users of before 4.5"),
    dialect("phpbb-cp-md5", "$CP$21172c14ed621afccbc3bb52bf573dae", "phpBB 3.1 and later, users of phpBB 2"),
    dialect("phpbb-cp-md5-latin1", "$CP$437e75d95ed88eff1f5c5a952a3c15f0", "phpBB 3.1 and later, users of phpBB 2"),
    {
      id: "phpbb-smf-sha1",
      example: "$CP$1d06eac02166e7f6ce9b215d64ceca079bf757a7",
      beside: "user name",
      usedBy: "phpBB 3.1 and later, users of a converted SMF board",
      line: "phpass()",
      read: (encoded, params) => {
        const username = optionalText(params, "username");
        return { format: phpass(), stored: { encoded, ...(username === undefined ? {} : { username }) } };
      },
    },
  ],
};
