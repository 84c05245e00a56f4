// scrypt (RFC 7914) in the strings of passlib and Zitadel (`$scrypt$ln=14,r=8,p=1$salt$key`, ln = log2 N), Ory Kratos
// (the same with N itself as ln), AdonisJS and WorkOS (`n=`), Django (`scrypt$N$salt$r$p$key`), the django-scrypt
// package (`scrypt$salt$log2N$r$p$64$key`), Werkzeug (`scrypt:N:r:p$salt$hex`), hashcat (`SCRYPT:N:r:p:salt:key`),
// Perl's Crypt::ScryptKDF (`$ScryptKDF.pm$N*r*p*salt*key`) and Go's simple-scrypt (`N$r$p$salt$key` in hex).

import { type PrepareStep, preparationFaults, prepareFor } from "../algorithms/prepare.ts";
import { readScryptBounds, type ScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { readScryptPhc, type WrittenScrypt } from "../algorithms/scrypt-phc.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { type Bound, damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface ScryptSettings extends ScryptBounds {
  /** What scrypt gets instead of the password: an older hash of it, a pepper. */
  readonly prepare?: readonly PrepareStep[];
}

/** The key of Django's and Werkzeug's strings. */
const fixedKeyBytes = { min: 64, max: 64 };

/** Checks scrypt hashes with node:crypto, off the main thread. */
export function scrypt(settings: ScryptSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const { prepare = [] } = settings;
  const format: HashFormat = {
    name: "scrypt",
    recognizes: claims(
      "scrypt",
      /^(?:\$scrypt\$|scrypt[$:]|SCRYPT:|\$ScryptKDF\.pm\$|[0-9]+\$[0-9]+\$[0-9]+\$[0-9A-Fa-f]+\$[0-9A-Fa-f]{32,}$)/,
    ),
    parse(stored) {
      const text = encodedText("scrypt", stored);
      return scryptHash({
        format: "scrypt",
        limits,
        prepare: prepareFor("scrypt", prepare, stored),
        ...(text.startsWith("$scrypt$") ? readScryptPhc("scrypt", text) : parseFields(text)),
      });
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$scrypt$ln=14,r=8,p=1$Jnspo1+p0nwTxYmCpvDIvw$9nTWcHG+PjICUvmtva4r1lvYMlPogiziICPaWNWn06E" },
  };
  return withSettingFaults(format, [...faults, ...preparationFaults(prepare)]);
}

/** A string whose fields stand in a row; the groups of the pattern are named as what they hold. */
interface Layout {
  readonly pattern: RegExp;
  readonly salt: (text: string) => Uint8Array | undefined;
  readonly key: (text: string) => Uint8Array | undefined;
  readonly keyBytes?: Bound;
}

const asText = (text: string): Uint8Array => Buffer.from(text);
const layouts: readonly Layout[] = [
  // Werkzeug, Django, the django-scrypt package: the salt is text, hashed as it stands.
  {
    pattern: /^scrypt:(?<n>[^:$]+):(?<r>[^:$]+):(?<p>[^:$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/,
    salt: asText,
    key: decodeHex,
    keyBytes: fixedKeyBytes,
  },
  {
    pattern: /^scrypt\$(?<n>[^$]+)\$(?<salt>[^$]+)\$(?<r>[^$]+)\$(?<p>[^$]+)\$(?<key>[^$]+)$/,
    salt: asText,
    key: decodeBase64,
    keyBytes: fixedKeyBytes,
  },
  {
    pattern: /^scrypt\$(?<salt>[^$]+)\$(?<ln>[^$]+)\$(?<r>[^$]+)\$(?<p>[^$]+)\$64\$(?<key>[^$]+)$/,
    salt: asText,
    key: decodeBase64,
    keyBytes: fixedKeyBytes,
  },
  // hashcat, Perl's Crypt::ScryptKDF, Go's simple-scrypt.
  {
    pattern: /^SCRYPT:(?<n>[^:]+):(?<r>[^:]+):(?<p>[^:]+):(?<salt>[^:]*):(?<key>[^:]+)$/,
    salt: decodeBase64,
    key: decodeBase64,
  },
  {
    pattern: /^\$ScryptKDF\.pm\$(?<n>[^*]+)\*(?<r>[^*]+)\*(?<p>[^*]+)\*(?<salt>[^*]*)\*(?<key>[^*]+)$/,
    salt: decodeBase64,
    key: decodeBase64,
  },
  {
    pattern: /^(?<n>[0-9]+)\$(?<r>[0-9]+)\$(?<p>[0-9]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/,
    salt: decodeHex,
    key: decodeHex,
  },
];

function parseFields(text: string): WrittenScrypt {
  for (const { pattern, salt, key, keyBytes } of layouts) {
    const found = pattern.exec(text)?.groups;
    if (found === undefined) continue;
    const { n, ln = "", r = "", p = "" } = found;
    return {
      n: n ?? 2 ** parseCost("scrypt", "as log2 N", ln, { min: 1, max: 30 }),
      r,
      p,
      salt: salt(found.salt ?? ""),
      key: key(found.key ?? ""),
      ...(keyBytes === undefined ? {} : { keyBytes }),
    };
  }
  throw damaged("scrypt", "none of the known forms: scrypt$, scrypt:, $scrypt$, SCRYPT:, $ScryptKDF.pm$, N$r$p$");
}

export const scryptFamily: HashFamily = {
  name: "scrypt",
  title: "scrypt",
  specified: "RFC 7914",
  bounds:
    "256 MiB of 128 N r (maxMemoryMiB, up to 512), N r p of 2^22 (maxWork, up to 2^24), r and p up to 64, key 16 to 128 bytes",
  dialects: [
    {
      id: "passlib-scrypt",
      example: "$scrypt$ln=8,r=2,p=1$dO6d0xoDoLT2PofQGoNQag$g/Wf2A0vhHhaJM+addK61QPBthSmYB6uVTtQzh8CM3o",
      usedBy: "passlib, Zitadel, go-crypt",
    },
    {
      id: "kratos-scrypt",
      example:
        "$scrypt$ln=16384,r=8,p=1$2npRo7P03Mt8keSoMbyD/tKFWyUzjiQf2svUaNDSrhA=$MiCzNcIplSMqSBrm4HckjYqYhaVPPjTARTzwB1cVNYE=",
      usedBy: "Ory Kratos (`ln` holds N itself)",
    },
    {
      id: "adonis-scrypt",
      example:
        "$scrypt$n=16384,r=8,p=1$iLaGXbolO3yN6iWNHC1rOg$BOAeOb3PegyCR8kh62sD5b/ohlrTcaeboD9oKSVkkvOIjmACBnTdcZpp441WgLHQQq8Q3+YkU+pCimgOhz2hhA",
      usedBy: "AdonisJS",
    },
    {
      id: "workos-scrypt",
      example:
        "$scrypt$v=1$n=16384,r=8,p=1,kl=64$iLaGXbolO3yN6iWNHC1rOg$c5krVdcTZJrB+1TEoIIgp9s0Vd5nLk1tGE5w/t+mIWk0u3e9RL+uGwW4gYDbEa4laOd5eygqEUIT/by5jRihOw",
      usedBy: "WorkOS import",
    },
    {
      id: "django-scrypt",
      example:
        "scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==",
      usedBy: "Django 4 and later (ScryptPasswordHasher)",
    },
    {
      id: "django-scrypt-thirdparty",
      example:
        "scrypt$Cj0PzdtT3qS2$14$8$1$64$qn4CDnM8CcIBNrpQXHo6ti8vSUoSXj7GBFy7k1bp5wPs8jKjh/gHZ+qM9uk6LbcVHm02yBaI5WCbDm/Shq/MXA==",
      usedBy: "the django-scrypt package",
    },
    {
      id: "werkzeug-scrypt",
      example:
        "scrypt:32768:8:1$abcdEFGH12345678$e6f8d4cb82654aae462924712e52eade98a9f9322139f67f4245be67a94177eda027e38640502fcc40c913b2bdc07d3f7c23ae06f4a3a87a04a3ebdc4181b846",
      usedBy: "Flask, Werkzeug 2.3 and later; taken by Clerk",
    },
    {
      id: "hashcat-scrypt",
      example: "SCRYPT:16384:8:1:OTEyNzU0ODg=:Cc8SPjRH1hFQhuIPCdF51uNGtJ2aOY/isuoMlMUsJ8c=",
      usedBy: "hashcat 8900",
    },
    {
      id: "jtr-scryptkdf",
      example: "$ScryptKDF.pm$16384*8*1*VlVYUzBhQmlNbk5J*bJhm6VUS2UQRwMRqLTvSsljDeq193Ge4aqQDtb94bKg=",
      usedBy: "Perl's Crypt::ScryptKDF",
    },
    {
      id: "go-simple-scrypt",
      example:
        "16384$8$1$88b6865dba253b7c8dea258d1c2d6b3a$c880d749a9c7a0b6b355e48c032ab03da96e3847aa34779fe1f060c4368416ab",
      usedBy: "Go's elithrar/simple-scrypt",
    },
  ].map((dialect) => ({ ...dialect, line: "scrypt()", read: stringAlone(scrypt) })),
};
