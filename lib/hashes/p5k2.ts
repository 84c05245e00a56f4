// `$p5k2$N$salt$key`, PBKDF2 with SHA-1 and N in hexadecimal, in two layouts that the key's length tells apart: Cryptacular's
// (20 bytes, base64url, the salt decoded) and Dwayne Litzenberger's PBKDF2.py (24 bytes, adapted base64, the whole string
// before the key as salt). As passlib has them: passlib.readthedocs.io, cta_pbkdf2_sha1 and dlitz_pbkdf2_sha1.

import {
  type Pbkdf2Bounds,
  pbkdf2BoundsText,
  pbkdf2Hash,
  readPbkdf2Bounds,
  type WrittenPbkdf2,
} from "../algorithms/pbkdf2.ts";
import { decodeAdaptedBase64, decodeBase64 } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type P5k2Settings = Pbkdf2Bounds;

const name = "p5k2";
const cryptacularKey = /^[A-Za-z0-9_-]{27}=$/;
const litzenbergerKeyBytes = { min: 24, max: 24 };

/** Checks `$p5k2$` hashes. */
export function p5k2(settings: P5k2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$p5k2\$/),
    parse: (stored) => pbkdf2Hash({ format: name, maxIterations, ...parse(encodedText(name, stored)) }),
  };
  return withSettingFaults(format, faults);
}

function parse(text: string): WrittenPbkdf2 {
  const [, settings, count = "", salt = "", key = ""] =
    /^(\$p5k2\$(|[1-9a-f][0-9a-f]{0,7})\$([^$]*))\$([^$]+)$/.exec(text) ?? [];
  if (settings === undefined) throw damaged(name, "not of the form $p5k2$<hexadecimal N>$salt$key");
  // Only Litzenberger's leaves the number out, for 400.
  const iterations = count === "" ? 400 : Number.parseInt(count, 16);
  if (!cryptacularKey.test(key)) {
    const decoded = decodeAdaptedBase64(key);
    return { digest: "sha1", iterations, salt: Buffer.from(settings), key: decoded, keyBytes: litzenbergerKeyBytes };
  }
  if (count === "") throw damaged(name, "no number of iterations");
  return { digest: "sha1", iterations, salt: decodeBase64(standard(salt)), key: decodeBase64(standard(key)) };
}

/** The standard alphabet; what stands in it already is not of this one. */
function standard(base64url: string): string {
  return /[+/]/.test(base64url) ? "?" : base64url.replaceAll("-", "+").replaceAll("_", "/");
}

export const p5k2Family: HashFamily = {
  name,
  title: "PBKDF2 as $p5k2$",
  specified: "passlib's cta_pbkdf2_sha1 and dlitz_pbkdf2_sha1",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "cta-pbkdf2",
      example: "$p5k2$1000$ZxK4ZBJCfQg=$jJZVscWtO--p1-xIZl6jhO2LKR0=",
      usedBy: "Cryptacular (Pyramid, KARL)",
      line: "p5k2()",
      read: stringAlone(p5k2),
    },
    {
      id: "dlitz-pbkdf2",
      example: "$p5k2$3e8$H0NX9mT/$wk/sE8vv6OMKuMaqazCJYDSUhWY9YB2J",
      usedBy: "Dwayne Litzenberger's PBKDF2.py",
      line: "p5k2()",
      read: stringAlone(p5k2),
    },
  ],
};
