// scrypt (RFC 7914) in the strings of passlib and Zitadel (`$scrypt$ln=14,r=8,p=1$salt$key`, ln = log2 N), Ory Kratos
// (the same with N itself as ln), AdonisJS and WorkOS (`n=`), Django (`scrypt$N$salt$r$p$key`), the django-scrypt
// package (`scrypt$salt$log2N$r$p$64$key`) and Werkzeug (`scrypt:N:r:p$salt$hex`).

import { scrypt as scryptCallback } from "node:crypto";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, costWithin, damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import { parsePhc } from "../core/phc.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface ScryptSettings {
  /** The most memory (128 N r), MiB, 32 to 512; default 256. */
  readonly maxMemoryMiB?: number;
  /** The most work (N r p), in units of 2^20, 1 to 16; default 4. */
  readonly maxWork?: number;
}

// Real systems use N = 2^14 to 2^17 with r = 8. Work 2^22 takes 1.8 s on one whole processor; N = 2^18 with r = 8
// fills 256 MiB.
const maxMemoryBound = { usual: 256, min: 32, max: 512 };
const maxWorkBound = { usual: 4, min: 1, max: 16 };
const blockSizes = { min: 1, max: 64 };
const parallelisms = { min: 1, max: 64 };
const saltBytes = { min: 0, max: 1024 };
const keyBytes = { min: 16, max: 128 };
/** The key of Django's and Werkzeug's strings. */
const fixedKeyBytes = { min: 64, max: 64 };
/** Measured with node:crypto: 0.47 s for N = 2^17, r = 8. */
const costMsPerUnit = 0.00044;

interface Limits {
  readonly memoryBytes: number;
  readonly work: number;
}

interface ScryptHash {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

/** Checks scrypt hashes with node:crypto, off the main thread. */
export function scrypt(settings: ScryptSettings = {}): HashFormat {
  const maxMemory = readBound("maxMemoryMiB", settings.maxMemoryMiB, maxMemoryBound);
  const maxWork = readBound("maxWork", settings.maxWork, maxWorkBound);
  const limits: Limits = { memoryBytes: maxMemory.value * 2 ** 20, work: maxWork.value * 2 ** 20 };
  const format: HashFormat = {
    name: "scrypt",
    recognizes: claims("scrypt", /^(?:\$scrypt\$|scrypt[$:])/),
    parse: (stored) => parse(stored, limits),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$scrypt$ln=14,r=8,p=1$Jnspo1+p0nwTxYmCpvDIvw$9nTWcHG+PjICUvmtva4r1lvYMlPogiziICPaWNWn06E" },
  };
  return withSettingFaults(format, [...maxMemory.faults, ...maxWork.faults]);
}

function parse(stored: StoredPassword, limits: Limits): ParsedHash {
  const text = encodedText("scrypt", stored);
  const hash = text.startsWith("$") ? parsePhcString(text) : parseFields(text);
  const { n, r, p, salt, key } = hash;
  const memoryBytes = 128 * r * (n + p);
  costWithin("scrypt", "bytes of memory (128 N r)", 128 * n * r, { min: 1, max: limits.memoryBytes });
  const work = costWithin("scrypt", "as N r p", n * r * p, { min: 1, max: limits.work });
  return {
    costMs: costMsPerUnit * work,
    memoryBytes,
    verify: async (password, signal) => {
      // OpenSSL counts its own small blocks too; a limit at the bare sum refuses what the bounds have let through.
      const options = { N: n, r, p, maxmem: memoryBytes + 2 ** 20 };
      return compareBytes(await derive(passwordToHash(password, signal), salt, key.length, options), key);
    },
  };
}

function parsePhcString(text: string): ScryptHash {
  const phc = parsePhc("scrypt", text, { required: ["r", "p"], optional: ["ln", "n", "kl"] });
  if (phc.id !== "scrypt") throw damaged("scrypt", "not of the form $scrypt$...");
  if (phc.version !== undefined && phc.version !== "1") throw damaged("scrypt", "an unknown version, supported is 1");
  const ln = phc.get("ln");
  const n = phc.get("n");
  if ((ln === undefined) === (n === undefined)) throw damaged("scrypt", "ln and n: one of the two is allowed");
  const kl = phc.get("kl");
  const expectedKey = kl === undefined ? keyBytes : exactly(parseCost("scrypt", "as kl", kl, keyBytes));
  return {
    n: n === undefined ? parseLn(ln ?? "") : parseN(n),
    r: parseCost("scrypt", "as r", phc.get("r") ?? "", blockSizes),
    p: parseCost("scrypt", "as p", phc.get("p") ?? "", parallelisms),
    salt: bytesWithin("scrypt", "bytes of salt", decodeBase64(phc.salt), saltBytes),
    key: bytesWithin("scrypt", "bytes of key", decodeBase64(phc.digest), expectedKey),
  };
}

/** Strings whose salt is text, hashed as it stands. */
function parseFields(text: string): ScryptHash {
  const werkzeug = /^scrypt:([^:$]+):([^:$]+):([^:$]+)\$([^$]+)\$([^$]+)$/.exec(text);
  if (werkzeug !== null) {
    const [, n = "", r = "", p = "", salt = "", key = ""] = werkzeug;
    return fromFields(parseN(n), r, p, salt, decodeHex(key));
  }
  const django = /^scrypt\$([^$]+)\$([^$]+)\$([^$]+)\$([^$]+)\$([^$]+)$/.exec(text);
  if (django !== null) {
    const [, n = "", salt = "", r = "", p = "", key = ""] = django;
    return fromFields(parseN(n), r, p, salt, decodeBase64(key));
  }
  const djangoPackage = /^scrypt\$([^$]+)\$([^$]+)\$([^$]+)\$([^$]+)\$64\$([^$]+)$/.exec(text);
  if (djangoPackage === null) throw damaged("scrypt", "not of the form scrypt$N$salt$r$p$key or scrypt:N:r:p$salt$key");
  const [, salt = "", ln = "", r = "", p = "", key = ""] = djangoPackage;
  return fromFields(2 ** parseCost("scrypt", "as log2 N", ln, { min: 1, max: 30 }), r, p, salt, decodeBase64(key));
}

function fromFields(n: number, r: string, p: string, salt: string, key: Uint8Array | undefined): ScryptHash {
  return {
    n,
    r: parseCost("scrypt", "as r", r, blockSizes),
    p: parseCost("scrypt", "as p", p, parallelisms),
    salt: bytesWithin("scrypt", "bytes of salt", Buffer.from(salt), saltBytes),
    key: bytesWithin("scrypt", "bytes of key", key, fixedKeyBytes),
  };
}

function exactly(length: number): { readonly min: number; readonly max: number } {
  return { min: length, max: length };
}

/** `ln` is log2 N, but Ory Kratos writes N itself there. Nobody configures an N below 64, and no log2 N reaches 64. */
function parseLn(text: string): number {
  const value = parseCost("scrypt", "as ln", text, { min: 1, max: 2 ** 31 });
  return value < 64 ? 2 ** value : parseN(text);
}

function parseN(text: string): number {
  const n = parseCost("scrypt", "as N", text, { min: 2, max: 2 ** 31 });
  // RFC 7914 section 2: N is a power of two.
  if (!Number.isInteger(Math.log2(n))) throw damaged("scrypt", `${n} as N, allowed are powers of two`);
  return n;
}

interface ScryptOptions {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

function derive(password: Uint8Array, salt: Uint8Array, length: number, options: ScryptOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scryptCallback(password, salt, length, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
