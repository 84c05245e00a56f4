// scrypt (RFC 7914) in the strings of passlib and Zitadel (`$scrypt$ln=14,r=8,p=1$salt$key`, ln = log2 N), Ory Kratos
// (the same with N itself as ln), AdonisJS and WorkOS (`n=`), Django (`scrypt$N$salt$r$p$key`), the django-scrypt
// package (`scrypt$salt$log2N$r$p$64$key`) and Werkzeug (`scrypt:N:r:p$salt$hex`).

import {
  readScryptBounds,
  type ScryptBounds,
  type ScryptHash,
  scryptHash,
  scryptKeyBytes,
} from "../algorithms/scrypt.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import { parsePhc } from "../core/phc.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type ScryptSettings = ScryptBounds;

/** The key of Django's and Werkzeug's strings. */
const fixedKeyBytes = { min: 64, max: 64 };

/** What a string says; the limits are the config's. */
type Written = Omit<ScryptHash, "format" | "limits">;

/** Checks scrypt hashes with node:crypto, off the main thread. */
export function scrypt(settings: ScryptSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const format: HashFormat = {
    name: "scrypt",
    recognizes: claims("scrypt", /^(?:\$scrypt\$|scrypt[$:])/),
    parse(stored) {
      const text = encodedText("scrypt", stored);
      return scryptHash({
        format: "scrypt",
        limits,
        ...(text.startsWith("$") ? parsePhcString(text) : parseFields(text)),
      });
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$scrypt$ln=14,r=8,p=1$Jnspo1+p0nwTxYmCpvDIvw$9nTWcHG+PjICUvmtva4r1lvYMlPogiziICPaWNWn06E" },
  };
  return withSettingFaults(format, faults);
}

function parsePhcString(text: string): Written {
  const phc = parsePhc("scrypt", text, { required: ["r", "p"], optional: ["ln", "n", "kl"] });
  if (phc.id !== "scrypt") throw damaged("scrypt", "not of the form $scrypt$...");
  if (phc.version !== undefined && phc.version !== "1") throw damaged("scrypt", "an unknown version, supported is 1");
  const ln = phc.get("ln");
  const n = phc.get("n");
  if ((ln === undefined) === (n === undefined)) throw damaged("scrypt", "ln and n: one of the two is allowed");
  const kl = phc.get("kl");
  return {
    n: n ?? parseLn(ln ?? ""),
    r: phc.get("r") ?? "",
    p: phc.get("p") ?? "",
    salt: decodeBase64(phc.salt),
    key: decodeBase64(phc.digest),
    ...(kl === undefined ? {} : { keyBytes: exactly(parseCost("scrypt", "as kl", kl, scryptKeyBytes)) }),
  };
}

/** Strings whose salt is text, hashed as it stands. */
function parseFields(text: string): Written {
  const werkzeug = /^scrypt:([^:$]+):([^:$]+):([^:$]+)\$([^$]+)\$([^$]+)$/.exec(text);
  if (werkzeug !== null) {
    const [, n = "", r = "", p = "", salt = "", key = ""] = werkzeug;
    return { n, r, p, salt: Buffer.from(salt), key: decodeHex(key), keyBytes: fixedKeyBytes };
  }
  const django = /^scrypt\$([^$]+)\$([^$]+)\$([^$]+)\$([^$]+)\$([^$]+)$/.exec(text);
  if (django !== null) {
    const [, n = "", salt = "", r = "", p = "", key = ""] = django;
    return { n, r, p, salt: Buffer.from(salt), key: decodeBase64(key), keyBytes: fixedKeyBytes };
  }
  const djangoPackage = /^scrypt\$([^$]+)\$([^$]+)\$([^$]+)\$([^$]+)\$64\$([^$]+)$/.exec(text);
  if (djangoPackage === null) throw damaged("scrypt", "not of the form scrypt$N$salt$r$p$key or scrypt:N:r:p$salt$key");
  const [, salt = "", ln = "", r = "", p = "", key = ""] = djangoPackage;
  const n = 2 ** parseCost("scrypt", "as log2 N", ln, { min: 1, max: 30 });
  return { n, r, p, salt: Buffer.from(salt), key: decodeBase64(key), keyBytes: fixedKeyBytes };
}

function exactly(length: number): { readonly min: number; readonly max: number } {
  return { min: length, max: length };
}

/** `ln` is log2 N, but Ory Kratos writes N itself there. Nobody configures an N below 64, and no log2 N reaches 64. */
function parseLn(text: string): number {
  const value = parseCost("scrypt", "as ln", text, { min: 1, max: 2 ** 31 });
  return value < 64 ? 2 ** value : value;
}
