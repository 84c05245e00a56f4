// yescrypt `$y$<parameters>$<salt>$<43>`, the crypt(3) of Debian 11, Fedora 35 and Ubuntu 22 on, and gost-yescrypt `$gy$`,
// which hashes its result with Streebog. Specified by Openwall's yescrypt 1.1 and libxcrypt (crypt(5)).

import { hmacStreebog256, streebog } from "../algorithms/streebog.ts";
import {
  deriveYescrypt,
  type YescryptCost,
  yescryptCostMsPerUnit,
  yescryptMemory,
  yescryptWork,
} from "../algorithms/yescrypt.ts";
import { crypt64Value, encodeCrypt64 } from "../core/encodings.ts";
import { MigrationError } from "../core/errors.ts";
import { costWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import { claims, compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface YescryptSettings {
  /** The most memory (128 N r, and 12 KiB for each p), MiB, 17 to 512; default 257. */
  readonly maxMemoryMiB?: number;
  /** The most work (N r (t + 1) + 96 p), in units of 2^20, 1 to 16; default 4. */
  readonly maxWork?: number;
}

// crypt(3)'s default is N = 4096, r = 32 (16 MiB, work 2^17, 26 ms); its highest, N = 2^18, fills a gigabyte.
// 4 units take 0.9 s on one whole processor.
const maxMemoryBound = { usual: 257, min: 17, max: 512 };
const maxWorkBound = { usual: 4, min: 1, max: 16 };

interface Limits {
  readonly memoryBytes: number;
  readonly work: number;
}

/** Checks yescrypt hashes on the main thread, in slices. */
export function yescrypt(settings: YescryptSettings = {}): HashFormat {
  const memory = readBound("maxMemoryMiB", settings.maxMemoryMiB, maxMemoryBound);
  const work = readBound("maxWork", settings.maxWork, maxWorkBound);
  const limits = { memoryBytes: memory.value * 2 ** 20, work: work.value * 2 ** 20 };
  const format: HashFormat = {
    name: "yescrypt",
    recognizes: claims("yescrypt", /^\$g?y\$/),
    parse: (stored) => parse(stored, limits),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$y$j9T$AaJt8bgPtBzfi5bVAcA4l.$9veGKaBdMCmCyDNviEH5i6WXa8RplhKwWX0gkJ24Bm4" },
  };
  return withSettingFaults(format, [...memory.faults, ...work.faults]);
}

// 86 characters are 64 bytes of salt, the most that yescrypt takes.
const syntax = /^\$(g?)y\$([./0-9A-Za-z]{3,48})\$([./0-9A-Za-z]{0,86})\$([./0-9A-Za-z]{43})$/;

function parse(stored: StoredPassword, limits: Limits): ParsedHash {
  const [, gost, parameters, saltText, digest] = syntax.exec(encodedText("yescrypt", stored)) ?? [];
  if (parameters === undefined || saltText === undefined || digest === undefined) {
    throw damaged("yescrypt", "not of the form $y$parameters$salt$ and 43 characters");
  }
  const cost = readCost(parameters);
  const salt = decodeSalt(saltText);
  const memoryBytes = yescryptMemory(cost);
  costWithin("yescrypt", "bytes of memory (128 N r and 12 KiB for each p)", memoryBytes, {
    min: 1,
    max: limits.memoryBytes,
  });
  const work = costWithin("yescrypt", "as N r (t + 1) + 96 p", yescryptWork(cost), { min: 1, max: limits.work });
  const setting = `$gy$${parameters}$${saltText}`;
  return {
    costMs: yescryptCostMsPerUnit * work,
    memoryBytes,
    verify: async (password, signal) => {
      const key = passwordToHash(password, signal);
      const derived = await deriveYescrypt(key, salt, cost, signal);
      const bytes = gost === "" ? derived : finishGost(key, setting, derived);
      return compareText(encodeCrypt64(bytes), digest);
    },
  };
}

/** libxcrypt, crypt-gost-yescrypt.c: HMAC(HMAC(Streebog(password), setting), yescrypt). */
function finishGost(password: Uint8Array, setting: string, derived: Uint8Array): Uint8Array {
  return hmacStreebog256(hmacStreebog256(streebog(256, password), Buffer.from(setting)), derived);
}

/** The flavour `j`: read-write, six rounds, four lanes of two, 12 KiB of S-boxes. No other is in use. */
const flavour = 47;

/** Flavour, log2 N, r, and, where they are not the usual ones, a mask and p, t, g, log2 NROM. */
function readCost(parameters: string): YescryptCost {
  const numbers = readNumbers(parameters);
  const next = (least: number) => {
    const value = numbers.shift();
    if (value === undefined) throw damaged("yescrypt", "parameters that end too early");
    return value + least;
  };
  const found = next(0);
  if (found !== flavour) throw new MigrationError("HASH_UNKNOWN", `yescrypt: flavour ${found}, allowed is ${flavour}`);
  const log2 = costWithin("yescrypt", "as log2 N", next(1), { min: 1, max: 31 });
  const r = next(1);
  const mask = numbers.length === 0 ? 0 : next(1);
  if (mask > 3)
    throw new MigrationError("HASH_UNKNOWN", "yescrypt: upgraded hashes and those with a ROM are not checked");
  const p = (mask & 1) === 0 ? 1 : next(2);
  const t = (mask & 2) === 0 ? 0 : next(1);
  if (numbers.length > 0) throw damaged("yescrypt", "parameters that go on");
  const cost = { n: 2 ** log2, r, p, t };
  if (Math.floor(cost.n / p) < 2) throw damaged("yescrypt", `${p} as p for ${cost.n} as N, allowed is half of it`);
  return cost;
}

/**
 * Numbers of growing length: the first character's value tells how many follow. Those of one character are 0 to 47, and
 * each further length takes half of the values that are left.
 */
function readNumbers(text: string): number[] {
  const numbers: number[] = [];
  let at = 0;
  while (at < text.length) {
    const first = crypt64Value(text.charAt(at)) ?? 0;
    let start = 0;
    let end = 47;
    let base = 0;
    let more = 0;
    while (first > end) {
      base += (end + 1 - start) * 64 ** more;
      start = end + 1;
      end = start + Math.floor((62 - end) / 2);
      more += 1;
    }
    let value = first - start;
    for (let index = 1; index <= more; index += 1) {
      const character = crypt64Value(text.charAt(at + index));
      if (character === undefined) throw damaged("yescrypt", "parameters that end too early");
      value = value * 64 + character;
    }
    numbers.push(base + value);
    at += 1 + more;
  }
  return numbers;
}

/** crypt(3)'s base64; the unused bits must be zero, as yescrypt itself wants. */
function decodeSalt(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    const group = text.slice(at, at + 4);
    const value = [...group].reduce((sum, character, index) => sum + (crypt64Value(character) ?? 0) * 64 ** index, 0);
    for (let index = 0; index < Math.floor((group.length * 6) / 8); index += 1) {
      bytes.push(Math.floor(value / 256 ** index) % 256);
    }
  }
  if (encodeCrypt64(Uint8Array.from(bytes)) !== text)
    throw damaged("yescrypt", "a salt that is not in crypt(3)'s base64");
  return Uint8Array.from(bytes);
}

export const yescryptFamily: HashFamily = {
  name: "yescrypt",
  title: "yescrypt and gost-yescrypt",
  specified: "Openwall's yescrypt 1.1; libxcrypt's crypt(5) for gost-yescrypt",
  bounds:
    "flavour j; memory up to 257 MiB (maxMemoryMiB, up to 512); work N r (t + 1) up to 2^22 (maxWork, up to 2^24)",
  dialects: [
    {
      id: "yescrypt",
      example: "$y$j9T$w.ybuR3JozEFcImCpOh8m1$lvBy/i06DvAq730vIHQOU8EVX7ua/r2r02IWfVZe5ZC",
      usedBy: "crypt(3) of Debian 11, Ubuntu 22.04, Fedora 35 on",
      line: "yescrypt()",
      read: stringAlone(yescrypt),
    },
    {
      id: "gost-yescrypt",
      example: "$gy$j9T$7B7NeJfVwnFOUn/rUs06z0$B1G.3nsRlMefYqywnq1phvzBOuTRKxBxIkPYMk0Uqk.",
      usedBy: "crypt(3) of ALT Linux; libxcrypt",
      line: "yescrypt()",
      read: stringAlone(yescrypt),
    },
  ],
};
