// Logto's `passwordDigest` with its `passwordAlgorithm`: Argon2, bcrypt, MD5, SHA-1, SHA-256, and Legacy, which is JSON:
// `["sha256", ["salt", "@"], "hex"]` with `@` for the password, also of PBKDF2 and Firebase's scrypt. The row:
// `{ format: "logto", encoded: digest, params: { passwordAlgorithm: "SHA256" } }`; without it the string's form decides.
// https://docs.logto.io/user-management/user-migration

import { encodedHash } from "../algorithms/encoded-hash.ts";
import { iteratedHash } from "../algorithms/iterated-digest.ts";
import { decodeDigest } from "../algorithms/json-fields.ts";
import { logtoLegacyHash } from "../algorithms/logto-legacy.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { optionalText } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export type LogtoSettings = PlatformBounds;

const name = "logto";
const digests = {
  MD5: { digest: "md5", bytes: 16 },
  SHA1: { digest: "sha1", bytes: 20 },
  SHA256: { digest: "sha256", bytes: 32 },
} as const;
const digestNames = ["MD5", "SHA1", "SHA256"] as const;

/** Checks what Logto takes as a password's digest. */
export function logto(settings: LogtoSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\s*\[\s*"[A-Za-z0-9-]{1,32}"\s*,\s*\[/),
    takesTheRest: true,
    parse: (stored) => parse(stored, limits),
    // Salt and tag are random bytes, made once: nobody knows a password for them.
    decoy: {
      format: name,
      encoded: "$argon2i$v=19$m=8192,t=8,p=1$brgp7l8dtk7C++Lq84PRSA$J5wQHVBuK68O1hxh1mF/YS7yifWuw0wghfmsygfXB0A",
    },
  };
  return withSettingFaults(format, faults);
}

function parse(stored: StoredPassword, limits: PlatformLimits): ParsedHash {
  const text = encodedText(name, stored);
  const algorithm = stored.params?.passwordAlgorithm;
  if (/^\s*\[/.test(text) && (algorithm === undefined || algorithm === "Legacy")) {
    return logtoLegacyHash(name, text, limits);
  }
  const found =
    algorithm === undefined
      ? digestNames.find((one) => text.length === 2 * digests[one].bytes)
      : digestNames.find((one) => one === algorithm);
  if (found !== undefined) {
    const { digest, bytes } = digests[found];
    const expected = decodeDigest(text, bytes);
    const first = (password: Uint8Array): Uint8Array => password;
    return iteratedHash({ format: name, digest, rounds: 1, maxRounds: 1, expected, first });
  }
  if (algorithm !== undefined && !encodedAlgorithms.some((one) => one === algorithm)) {
    throw damaged(
      name,
      `passwordAlgorithm: allowed are ${[...encodedAlgorithms, ...digestNames, "Legacy"].join(", ")}`,
    );
  }
  return encodedHash({ format: name, text, kinds: ["argon2", "bcrypt"], limits });
}

const encodedAlgorithms = ["Argon2i", "Argon2id", "Argon2d", "Bcrypt"];

const read: HashDialect["read"] = (encoded, params) => {
  const passwordAlgorithm = optionalText(params, "passwordAlgorithm");
  const beside = passwordAlgorithm === undefined ? {} : { params: { passwordAlgorithm } };
  return { format: logto(), stored: { format: name, encoded, ...beside } };
};

export const logtoFamily: HashFamily = {
  name,
  title: "Logto",
  specified: "Logto, User migration (passwordAlgorithm)",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "logto-legacy",
      example: '["sha1", ["prefix", "@", "suffix"], "1e51b70835fc01a385d43117299e147203d098c6"]',
      usedBy: "Logto: Legacy (any digest, PBKDF2, Firebase's scrypt)",
    },
    {
      id: "logto-digest",
      example: "5f4dcc3b5aa765d61d8327deb882cf99",
      beside: "passwordAlgorithm",
      couldBe: /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i,
      usedBy: "Logto: MD5, SHA1, SHA256",
    },
    {
      id: "logto-encoded",
      example: "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$raP+Nmy9iuyXBvnSvCkMB9mTtDm+D2bNcOBi8VHC2yc",
      usedBy: "Logto: Argon2i, Argon2id, Argon2d, Bcrypt",
    },
  ].map((dialect) => ({ ...dialect, line: "logto()", read })),
};
