// Spring Security's Pbkdf2PasswordEncoder: salt and key in one, hexadecimal or base64; PBKDF2's salt is that salt with the
// project's secret behind it. Nothing in the string tells the settings.
// docs.spring.io/spring-security/site/docs/current/api, Pbkdf2PasswordEncoder.

import {
  isPbkdf2Digest,
  type Pbkdf2Bounds,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
} from "../algorithms/pbkdf2.ts";
import { decodeBase64, decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText, readBound } from "../core/hash-bounds.ts";
import type { HashFamily, HashParams } from "../core/hash-family.ts";
import type { HashKey } from "../core/hash-key.ts";
import { numberParam, optionalText, secretParam, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";

export interface SpringPbkdf2Settings extends Pbkdf2Bounds {
  /** Default `sha256` (`defaultsForSpringSecurity_v5_8`); `sha1` for `defaultsForSpringSecurity_v5_5`. */
  readonly digest?: "sha1" | "sha256" | "sha512";
  /** Default 310,000; 185,000 for version 5.5. */
  readonly iterations?: number;
  /** Bytes of salt; default 16, 8 for version 5.5. */
  readonly saltLength?: number;
  /** Bits of the key; default 256. */
  readonly hashWidth?: number;
  /** The encoder's secret, where it has one. */
  readonly secret?: HashKey;
  /** Default `hex`; `base64` with `setEncodeHashAsBase64(true)`. */
  readonly encoding?: "hex" | "base64";
}

const name = "spring-pbkdf2";

/** Checks the hashes of a Pbkdf2PasswordEncoder with these settings, in rows that name the format. */
export function springPbkdf2(settings: SpringPbkdf2Settings = {}): HashFormat {
  const { digest = "sha256", encoding = "hex" } = settings;
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const iterations = readBound("iterations", settings.iterations, { usual: 310_000, min: 1, max: 10_000_000 });
  const saltLength = readBound("saltLength", settings.saltLength, { usual: 16, min: 0, max: 1024 });
  const width = readBound("hashWidth", settings.hashWidth, { usual: 256, min: 128, max: 8 * pbkdf2KeyBytes.max });
  const keyLength = Math.floor(width.value / 8);
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    parse(stored) {
      const text = encodedText(name, stored);
      const length = saltLength.value + keyLength;
      const decoded = encoding === "base64" ? decodeBase64(text) : decodeHex(text);
      const bytes = bytesWithin(name, "bytes of salt and key", decoded, { min: length, max: length });
      return pbkdf2Hash({
        format: name,
        digest,
        iterations: iterations.value,
        salt: bytes.subarray(0, saltLength.value),
        saltTail: settings.secret,
        key: bytes.subarray(saltLength.value),
        keyBytes: { min: keyLength, max: keyLength },
        maxIterations,
      });
    },
    // Nobody knows a password for a key of equal bytes.
    decoy: { format: name, encoded: Buffer.alloc(saltLength.value + keyLength, 0xa5).toString(encoding) },
  };
  const wordFaults = [
    ...oneOf("digest", digest, ["sha1", "sha256", "sha512"]),
    ...oneOf("encoding", encoding, ["hex", "base64"]),
  ];
  return withSettingFaults(format, [
    ...wordFaults,
    ...iterations.faults,
    ...saltLength.faults,
    ...width.faults,
    ...faults,
  ]);
}

function oneOf(path: string, value: string, allowed: readonly string[]): readonly SettingFault[] {
  return allowed.includes(value) ? [] : [{ path, message: `an unknown value, allowed ${allowed.join(", ")}` }];
}

function readSettings(params: HashParams): SpringPbkdf2Settings {
  const digest = textParam(params, "digest");
  if (!isPbkdf2Digest(digest) || (digest !== "sha1" && digest !== "sha256" && digest !== "sha512")) {
    throw damaged("row", "digest beside the string: allowed sha1, sha256, sha512");
  }
  const secret = secretParam(params, "secret");
  return {
    digest,
    iterations: numberParam(params, "iterations"),
    saltLength: numberParam(params, "salt_length"),
    hashWidth: numberParam(params, "hash_width"),
    ...(secret === undefined ? {} : { secret }),
    encoding: optionalText(params, "encoding") === "base64" ? "base64" : "hex",
  };
}

export const springPbkdf2Family: HashFamily = {
  name,
  title: "Spring Security, PBKDF2",
  specified: "Spring Security's Pbkdf2PasswordEncoder",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "spring-pbkdf2",
      example: "fefe5120467e5d4ccff442dbb2fa86d276262d97435c0c54e5eebced51ffd144fcb05eb53fea2677216c4f3250010006",
      beside: "the encoder's settings and secret",
      usedBy: "Spring Security without a delegating prefix",
      couldBe: /^(?:[0-9a-f]{80}|[0-9a-f]{96}|[A-Za-z0-9+/]{54}==|[A-Za-z0-9+/]{64})$/,
      line: 'springPbkdf2({ secret: secret("samekey/spring-secret") })',
      read: (encoded, params) => ({ format: springPbkdf2(readSettings(params)), stored: { format: name, encoded } }),
    },
  ],
};
