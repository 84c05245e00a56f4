// AIX's salted SHA: `{ssha1}NN$salt$digest`, `{ssha256}`, `{ssha512}`: PBKDF2 (RFC 8018) with 2^NN iterations, written
// in AIX's order of bits. Described by hashcat (modes 6400, 6500, 6700).

import { encodeCrypt64HighFirst } from "../algorithms/crypt64.ts";
import { derivePbkdf2, maxIterationsBound } from "../algorithms/pbkdf2.ts";
import { costWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import { compareText, passwordToHash } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface AixSshaSettings {
  /** The most iterations, 600,000 to 10,000,000; default 3,000,000. */
  readonly maxIterations?: number;
}

interface Variant {
  readonly digest: "sha1" | "sha256" | "sha512";
  readonly bytes: number;
  readonly costMs: number;
}

// Costs an iteration, measured with node:crypto. AIX's own cost is 6 (64 iterations), its highest 31 (23 minutes).
const variants: ReadonlyMap<string, Variant> = new Map([
  ["ssha1", { digest: "sha1", bytes: 20, costMs: 0.00044 }],
  ["ssha256", { digest: "sha256", bytes: 32, costMs: 0.00064 }],
  ["ssha512", { digest: "sha512", bytes: 64, costMs: 0.00086 }],
]);
const memoryBytes = 4096;

/** Checks AIX hashes, off the main thread. */
export function aixSsha(settings: AixSshaSettings = {}): HashFormat {
  const maxIterations = readBound("maxIterations", settings.maxIterations, maxIterationsBound);
  const format: HashFormat = {
    name: "aix-ssha",
    // Without the dollar signs it is LDAP's `{SSHA256}` and another family's.
    recognizes: ({ encoded, format: named }) =>
      named === undefined ? /^\{ssha(?:1|256|512)\}[0-9]{2}\$/.test(encoded) : named === "aix-ssha",
    parse: (stored) => parse(stored, maxIterations.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "{ssha256}15$l.WGg1QvUKTUusjt$8aE3XXjDbJYLB7ZQonO/gj3rok/fPRktYuv26Yr1.cY" },
  };
  return withSettingFaults(format, maxIterations.faults);
}

const syntax = /^\{(ssha(?:1|256|512))\}([0-9]{2})\$([!-#%-9;-~]{0,64})\$([./0-9A-Za-z]+)$/;

function parse(stored: StoredPassword, maxIterations: number): ParsedHash {
  const [, scheme, log2, salt, digest] = syntax.exec(encodedText("aix-ssha", stored)) ?? [];
  const variant = variants.get(scheme ?? "");
  const length = Math.ceil(((variant?.bytes ?? 0) * 8) / 6);
  if (variant === undefined || salt === undefined || digest === undefined || digest.length !== length) {
    throw damaged("aix-ssha", "not of the form {ssha1}NN$salt$ and 27 characters, {ssha256} and 43, {ssha512} and 86");
  }
  const iterations = 2 ** Number(log2);
  costWithin("aix-ssha", "iterations", iterations, { min: 1, max: maxIterations });
  return {
    costMs: variant.costMs * iterations,
    memoryBytes,
    verify: async (password, signal) => {
      const key = passwordToHash(password, signal);
      const computed = await derivePbkdf2(key, Buffer.from(salt), iterations, variant.bytes, variant.digest);
      return compareText(encodeCrypt64HighFirst(computed), digest);
    },
  };
}

function dialect(id: string, example: string): HashDialect {
  return { id, example, usedBy: "AIX 5.3 and later", line: "aixSsha()", read: stringAlone(aixSsha) };
}

export const aixSshaFamily: HashFamily = {
  name: "aix-ssha",
  title: "AIX salted SHA",
  specified: "IBM AIX, /etc/security/pwdalg.cfg; described by hashcat (modes 6400, 6500, 6700)",
  bounds: "up to 3,000,000 iterations (maxIterations, up to 10,000,000); 64 characters of salt",
  dialects: [
    dialect("aix-ssha1", "{ssha1}06$aYPPGv.YtyUfD8Xc$HRnmTfSJHF/YsAXteZWZtdQK.2V"),
    dialect("aix-ssha256", "{ssha256}06$me.w06khH.C9kchI$trA1HvG5Tkzku2RgrTGB6.HfUAghduSaChHfREu2.I4"),
    dialect(
      "aix-ssha512",
      "{ssha512}06$ZMZGCtcgXbhc6WrG$ovE8Cu4kkfTGiozRJtavDMxyOMWzQHH/817qA3w11bp8OVx3ohwXSi3HXdf1gCrC4qcXegoDSFs2G8Y5tKyf..",
    ),
  ],
};
