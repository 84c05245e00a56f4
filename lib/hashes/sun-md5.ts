// Sun's MD5 crypt of Solaris: `$md5[,rounds=N]$salt$$<22>`, or with one `$` before the digest, which makes another hash:
// the first of the two is part of what is hashed. Described in passlib's documentation (sun_md5_crypt).

import { encodeMd5Crypt } from "../algorithms/md5-crypt.ts";
import { deriveSunMd5, sunMd5BasicRounds, sunMd5CostMsPerRound } from "../algorithms/sun-md5.ts";
import { damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface SunMd5Settings {
  /** The most rounds that the string may name, 100,000 to 5,000,000; default 200,000. */
  readonly maxRounds?: number;
}

// Solaris adds 4,096 to the rounds named, 0 or 904 by default; passlib makes 34,000. 200,000 take 0.5 s on one whole
// processor; the syntax goes to 2^32.
const maxRoundsBound = { usual: 200_000, min: 100_000, max: 5_000_000 };
const memoryBytes = 65_536;

/** Checks Sun MD5 hashes on the main thread, in slices. */
export function sunMd5(settings: SunMd5Settings = {}): HashFormat {
  const maxRounds = readBound("maxRounds", settings.maxRounds, maxRoundsBound);
  const format: HashFormat = {
    name: "sun-md5",
    // `$md5$` and base64 is a format of Ory Kratos, so that a digest of 22 characters is needed to tell.
    recognizes: claims("sun-md5", /^\$md5(?:,|\$rounds=|\$[./0-9A-Za-z]{0,64}\$\$?[./0-9A-Za-z]{22}$)/),
    parse: (stored) => parse(stored, maxRounds.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$md5,rounds=904$vIiCCqi2$$hgZr6c26g.N5T9Ssj2XLG1" },
  };
  return withSettingFaults(format, maxRounds.faults);
}

// A comma before the rounds in Solaris, a dollar sign in newer ones.
const syntax = /^(\$md5(?:[,$]rounds=([^$]*))?\$[./0-9A-Za-z]{0,64}\$?)\$([./0-9A-Za-z]{22})$/;

function parse(stored: StoredPassword, maxRounds: number): ParsedHash {
  const [, configuration, roundsText, digest] = syntax.exec(encodedText("sun-md5", stored)) ?? [];
  if (configuration === undefined || digest === undefined) {
    throw damaged("sun-md5", "not of the form $md5[,rounds=N]$salt$$ and 22 characters");
  }
  const named = roundsText === undefined ? 0 : parseCost("sun-md5", "rounds", roundsText, { min: 1, max: maxRounds });
  const rounds = sunMd5BasicRounds + named;
  return {
    costMs: sunMd5CostMsPerRound * rounds,
    memoryBytes,
    verify: async (password, signal) => {
      const key = passwordToHash(password, signal);
      const computed = await deriveSunMd5(key, Buffer.from(configuration), rounds, signal);
      return compareText(encodeMd5Crypt(computed), digest);
    },
  };
}

export const sunMd5Family: HashFamily = {
  name: "sun-md5",
  title: "Sun MD5 crypt",
  specified: "Solaris's crypt_sunmd5; described in passlib's documentation",
  bounds: "up to 200,000 rounds named (maxRounds, up to 5,000,000); 64 characters of salt",
  dialects: [
    {
      id: "sunmd5",
      example: "$md5,rounds=904$5ZjWVaEB$$eJ1yffUn.d7txGJ9dhhI30",
      usedBy: "Solaris 9 and 10",
      line: "sunMd5()",
      read: stringAlone(sunMd5),
    },
  ],
};
