// Argon2d, Argon2i and Argon2id (RFC 9106) in PHC strings
// `$argon2id$v=19$m=KiB,t=N,p=N[,keyid=..][,data=..]$salt$tag`, bare or behind Django's `argon2`, MediaWiki's `:argon2:`
// or a scheme in braces (OpenLDAP, Dovecot, Spring). A string without `v=` is of version 16.
// github.com/P-H-C/phc-string-format; phc-winner-argon2 src/encoding.c.

import { type Argon2Bounds, readArgon2Bounds } from "../algorithms/argon2.ts";
import { newArgon2Hash } from "../algorithms/argon2-new.ts";
import { argon2PhcHash } from "../algorithms/argon2-phc.ts";
import { type PrepareStep, preparationFaults, prepareFor } from "../algorithms/prepare.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily, ReadHash } from "../core/hash-family.ts";
import type { HashKey } from "../core/hash-key.ts";
import { bytesParam, secretParam, stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface Argon2Settings extends Argon2Bounds {
  /** The key ("pepper") that the legacy system added beside salt and password. */
  readonly secret?: HashKey;
  /** What Argon2 gets instead of the password: an older hash of it, a pepper. */
  readonly prepare?: readonly PrepareStep[];
}

/**
 * Checks Argon2 hashes, and makes new ones where no pepper or older hash goes into them: with node:crypto off the main thread, or with the provider; version 16 without a provider with
 * @noble/hashes, four times slower and on the main thread.
 */
export function argon2(settings: Argon2Settings = {}): HashFormat {
  const { limits, faults } = readArgon2Bounds(settings);
  const { prepare = [] } = settings;
  const format: HashFormat = {
    name: "argon2",
    // Scheme names in braces are case-insensitive (RFC 2307).
    recognizes: claims("argon2", /^(?:argon2|:argon2:|\{[Aa][Rr][Gg][Oo][Nn]2(?:[Ii][Dd]?)?\})?\$argon2(?:d|i|id)\$/),
    parse(stored) {
      const text = encodedText("argon2", stored).replace(/^(?:argon2|:argon2:|\{argon2(?:id?)?\})(?=\$)/i, "");
      return argon2PhcHash("argon2", text, limits, {
        secret: settings.secret,
        prepare: prepareFor("argon2", prepare, stored),
      });
    },
    // A pepper or an older hash inside would have to be known to whoever reads the new one: then nothing is made.
    ...(settings.secret === undefined && prepare.length === 0
      ? {
          hash: async (password: Secret) => ({
            encoded: await newArgon2Hash(password, new AbortController().signal),
          }),
        }
      : {}),
    // Salt and tag are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "$argon2id$v=19$m=19456,t=2,p=1$Qlmv+/F++yP15LILaVD5lQ$YqRJgOk93k16HcQkq55JS/yIpz4+CP8y8sBbzO0utVA",
    },
  };
  return withSettingFaults(format, [...faults, ...preparationFaults(prepare)]);
}

/** Associated data and secret, which stand beside the string in some systems, and in the string by PHC's rule. */
const readWithKeys = (encoded: string, params: Readonly<Record<string, unknown>>): ReadHash => {
  const secret = secretParam(params, "secret");
  const data = bytesParam(params, "ad");
  const text = data === undefined ? undefined : Buffer.from(data).toString("base64").replace(/=+$/, "");
  const whole = text === undefined ? encoded : encoded.replace(/\$([^$]*)\$([^$]*)$/, `,data=${text}$$$1$$$2`);
  return { format: argon2(secret === undefined ? {} : { secret }), stored: { encoded: whole } };
};

export const argon2Family: HashFamily = {
  name: "argon2",
  title: "Argon2",
  specified: "RFC 9106; PHC string format",
  bounds:
    "256 MiB (maxMemoryMiB, up to 512), 1,000 MiB of memory times passes (maxWorkMiB, up to 4,096; 512 for version 16), 64 passes, 16 lanes, salt 8 to 64 bytes, tag 12 to 128 bytes",
  dialects: [
    {
      id: "argon2",
      example: "$argon2id$v=19$m=1024,t=2,p=2$Qk5BNWdYNncwdW5ZMkpEcg$uSVvlUO99ts6npOVOjTGq8fKG+STa+DGep3X01Ucflg",
      usedBy: "PHP, Laravel, Go, Rust, Auth0, Clerk, WorkOS, Kratos, Logto, SuperTokens, Spring",
      line: "argon2()",
      read: readWithKeys,
    },
    {
      id: "django-argon2",
      example: "argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q",
      usedBy: "Django (Argon2PasswordHasher)",
      line: "argon2()",
      read: stringAlone(argon2),
    },
    {
      id: "ldap-argon2",
      example:
        "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$3UomDWM4jSsQ0XSxGP2LUQ$5zh67m3w0CLAAFKokHLilBv4qbTMcFn2dJSj8JeWEso",
      usedBy: "OpenLDAP (pw-argon2)",
      line: "argon2()",
      read: stringAlone(argon2),
    },
    {
      id: "dovecot-argon2",
      example:
        "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$f2iuP4aUeNMrgu34fhOkkg$1XSZZMWlIs0zmE+snlUIcLADO3GXbA2O/hsQmmc317k",
      usedBy: "Dovecot ({ARGON2I}, {ARGON2ID})",
      line: "argon2()",
      read: stringAlone(argon2),
    },
    {
      id: "mediawiki-argon2",
      example:
        ":argon2:$argon2id$v=19$m=1024,t=2,p=1$MGFXT3poR3Y1LjdsaDlWSQ$Ecf1hLXjmkGzKoSxAtX0+dNPw919pRhXLhNgtL6KqhI",
      usedBy: "MediaWiki ($wgPasswordDefault = 'argon2')",
      line: "argon2()",
      read: stringAlone(argon2),
    },
  ],
};
