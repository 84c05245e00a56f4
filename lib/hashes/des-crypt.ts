// crypt(3) over DES: descrypt (2 characters of salt, 11 of digest), bigcrypt (11 more for each 8 bytes), crypt16 (22) and
// BSDi's `_CCCCSSSS` and 11. Described in passlib's documentation (des_crypt, bigcrypt, crypt16, bsdi_crypt).

import {
  bigCryptDigest,
  bsdiCryptDigest,
  crypt16Digest,
  crypt64Number,
  desCostMs,
  desCryptDigest,
  digestLength,
} from "../algorithms/des-crypt.ts";
import { costWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import { compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface DesCryptSettings {
  /** The most encryptions of a BSDi hash, 725 to 16,777,215; default 4,000,000. */
  readonly maxCount?: number;
  /** What a string of 24 characters is; default bigcrypt. */
  readonly long?: "bigcrypt" | "crypt16";
}

// BSDi's own default is 725, passlib's 5,001. 4,000,000 take 1.3 s on one whole processor; the syntax goes to 2^24 - 1.
const maxCountBound = { usual: 4_000_000, min: 725, max: 2 ** 24 - 1 };
const memoryBytes = 8192;

/**
 * Checks DES hashes. Of descrypt's 13 characters any word is an example, so the rows of all but BSDi's form have to name
 * the format `des-crypt`.
 */
export function desCrypt(settings: DesCryptSettings = {}): HashFormat {
  const maxCount = readBound("maxCount", settings.maxCount, maxCountBound);
  const format: HashFormat = {
    name: "des-crypt",
    recognizes: ({ encoded, format: named }) => (named === undefined ? bsdi.test(encoded) : named === "des-crypt"),
    parse: (stored) => parse(stored, settings.long ?? "bigcrypt", maxCount.value),
  };
  return withSettingFaults(format, maxCount.faults);
}

const bsdi = /^_([./0-9A-Za-z]{4})([./0-9A-Za-z]{4})([./0-9A-Za-z]{11})$/;
const traditional = /^([./0-9A-Za-z]{2})((?:[./0-9A-Za-z]{11}){1,64})$/;

function parse(stored: StoredPassword, long: "bigcrypt" | "crypt16", maxCount: number): ParsedHash {
  const text = encodedText("des-crypt", stored);
  const [, countText, saltText, extended] = bsdi.exec(text) ?? [];
  if (countText !== undefined && saltText !== undefined && extended !== undefined) {
    const count = costWithin("des-crypt", "as count", crypt64Number(countText), { min: 1, max: maxCount });
    return check(count, extended, (password, signal) =>
      bsdiCryptDigest(password, crypt64Number(saltText), count, signal),
    );
  }
  const [, salt, digest] = traditional.exec(text) ?? [];
  if (salt === undefined || digest === undefined) {
    throw damaged("des-crypt", "not of the form _CCCCSSSS and 11 characters, or 2 characters and 11 for each 8 bytes");
  }
  const segments = digest.length / digestLength;
  if (segments === 1) return check(25, digest, async (password) => desCryptDigest(password, salt));
  if (long === "bigcrypt")
    return check(25 * segments, digest, async (password) => bigCryptDigest(password, salt, segments));
  if (segments !== 2) throw damaged("des-crypt", `${text.length} characters, crypt16 has 24`);
  return check(25, digest, async (password) => crypt16Digest(password, salt));
}

function check(
  encryptions: number,
  digest: string,
  derive: (password: Uint8Array, signal: AbortSignal) => Promise<string>,
): ParsedHash {
  return {
    costMs: 0.5 + desCostMs * encryptions,
    memoryBytes,
    verify: async (password, signal) => compareText(await derive(passwordToHash(password, signal), signal), digest),
  };
}

/** A dialect whose rows name the format, because the string alone tells nothing. */
function named(settings: DesCryptSettings = {}): HashDialect["read"] {
  return (encoded) => ({ format: desCrypt(settings), stored: { encoded, format: "des-crypt" } });
}

export const desCryptFamily: HashFamily = {
  name: "des-crypt",
  title: "DES crypt(3)",
  specified: "crypt(3) of Unix V7 and BSDi over FIPS 46-3; described in passlib's documentation",
  bounds:
    "BSDi's count up to 4,000,000 (maxCount, up to 16,777,215); descrypt takes 8 bytes of the password, crypt16 16",
  dialects: [
    {
      id: "descrypt",
      example: "NOXZL1jYipEf.",
      usedBy: "Unix crypt(3), htpasswd -d, old PHP",
      couldBe: /^[./0-9A-Za-z]{13}$/,
      line: "desCrypt()",
      read: named(),
    },
    {
      id: "bigcrypt",
      example: "qndP3RVFjaN5MwhnrHXXKsCE",
      usedBy: "Digital Unix, HP-UX, OSF/1",
      couldBe: /^[./0-9A-Za-z]{2}(?:[./0-9A-Za-z]{11}){1,16}$/,
      line: "desCrypt()",
      read: named(),
    },
    {
      id: "crypt16",
      example: "QkLQs2RQR3KD.WmESpLnd5rI",
      usedBy: "Ultrix, Tru64",
      couldBe: /^[./0-9A-Za-z]{24}$/,
      line: 'desCrypt({ long: "crypt16" })',
      read: named({ long: "crypt16" }),
    },
    {
      id: "bsdicrypt",
      example: "_J9..uWE7dx48SBd8uWg",
      usedBy: "BSD/OS, FreeBSD, NetBSD, old PHP",
      line: "desCrypt()",
      read: stringAlone(desCrypt),
    },
  ],
};
