// scrypt in the strings of com.lambdaworks (`$s0$<params>$salt$key`), Spring Security's SCryptPasswordEncoder and
// Password4j (`$<params>$salt$key`): params is one hexadecimal number, log2 N << 16 | r << 8 | p.
// Spring Security SCryptPasswordEncoder; github.com/wg/scrypt SCryptUtil.

import { readScryptBounds, type ScryptBounds, scryptHash } from "../algorithms/scrypt.ts";
import { decodeBase64 } from "../core/encodings.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type ScryptLambdaworksSettings = ScryptBounds;

// Four digits would be log2 N below 1; crypt(3)'s own ids (`$1$`, `$2a$`, `$sha1$`) are shorter or not hexadecimal.
const form = /^\$(?:s0\$)?([0-9A-Fa-f]{5,8})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/;

/** Checks the scrypt hashes of Java's libraries with node:crypto, off the main thread. */
export function scryptLambdaworks(settings: ScryptLambdaworksSettings = {}): HashFormat {
  const { limits, faults } = readScryptBounds(settings);
  const format: HashFormat = {
    name: "scrypt-lambdaworks",
    recognizes: claims("scrypt-lambdaworks", /^\$(?:s0\$[0-9A-Fa-f]{5,8}\$|[0-9A-Fa-f]{5,8}\$[A-Za-z0-9+/]+={0,2}\$)/),
    parse(stored) {
      const [, params, salt = "", key = ""] = form.exec(encodedText("scrypt-lambdaworks", stored)) ?? [];
      if (params === undefined)
        throw damaged("scrypt-lambdaworks", "not of the form $params$salt$key or $s0$params$..");
      const value = Number.parseInt(params, 16);
      return scryptHash({
        ...{ format: "scrypt-lambdaworks", limits, n: 2 ** (value >>> 16), r: (value >>> 8) & 255, p: value & 255 },
        ...{ salt: decodeBase64(salt), key: decodeBase64(key) },
      });
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$e0801$gELyF3vioNqPZrOmvtpC+g==$uj4qNAdHHnpy/Dd0htrLbLKGGBmLwIFenznNRyPtn/M=" },
  };
  return withSettingFaults(format, faults);
}

const dialects = [
  {
    id: "spring-scrypt",
    example: "$c0802$CRFOmdfMZtYTDuzgv7G5Aw==$2mjaR/Pw07yrMC+xBjDp2VCrG7XTry+aLfUPr+PYdDQ=",
    usedBy: "Spring Security (SCryptPasswordEncoder)",
  },
  {
    id: "scrypt-lambdaworks-p4j",
    example: "$e0801$c2FsdA==$dFcxr0SE8yOWiWntoomu7gBbWQOsVh5kpayhIXl793NO+f1YQi4uIhg7ysup7Ie6DIO3oueI8Dzg2gZGNDPNpg==",
    usedBy: "Password4j",
  },
  {
    id: "scrypt-s0-lambdaworks",
    example: "$s0$e0801$iLaGXbolO3yN6iWNHC1rOg==$8sKRTwsf58SXGK5u690nuxbSYN+SDqNohQYz+14vXg4=",
    usedBy: "com.lambdaworks scrypt, Java",
  },
];

export const scryptLambdaworksFamily: HashFamily = {
  name: "scrypt-lambdaworks",
  title: "scrypt of Java's libraries",
  specified: "com.lambdaworks SCryptUtil; Spring Security SCryptPasswordEncoder; RFC 7914",
  bounds: "256 MiB of 128 N r (maxMemoryMiB, up to 512), N r p of 2^22 (maxWork, up to 2^24), r and p up to 64",
  dialects: dialects.map((dialect) => ({
    ...dialect,
    line: "scryptLambdaworks()",
    read: stringAlone(scryptLambdaworks),
  })),
};
