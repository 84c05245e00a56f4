// Ory Kratos' `hashed_password`: its own `$firescrypt$`, `$hmac-…$`, `$md5$` and `$sha…$pf=…$`, which it claims by
// themselves, and bcrypt, Argon2, PBKDF2, scrypt, `{SSHA}` and crypt(3), which it takes from rows that name the format.
// github.com/ory/kratos, hash/hash_comparator.go.

import { md5CryptStringHash, shaCryptStringHash } from "../algorithms/crypt-string.ts";
import { encodedHash } from "../algorithms/encoded-hash.ts";
import { fieldsOf, firebaseScryptHash } from "../algorithms/firebase-scrypt.ts";
import { kratosDigestHash, kratosHmacHash } from "../algorithms/kratos-digest.ts";
import type { PhcDigests } from "../algorithms/pbkdf2-phc.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type KratosSettings = PlatformBounds;

const name = "kratos";

// `$md5$` alone is Sun's too, `$sha1$` is NetBSD's.
const claimed =
  /^\$(?:firescrypt\$|hmac-(?:md[45]|sha(?:1|224|256|384|512))\$|md5\$(?:[A-Za-z0-9+/]{22}==$|pf=)|sha(?:1|256|512)\$pf=)/;

/** Kratos means SHA-3 by the names of the two digests that it added last (hash/hasher_pbkdf2.go). */
const pbkdf2Digests: PhcDigests = new Map([
  ["sha1", "sha1"],
  ["sha224", "sha3-224"],
  ["sha256", "sha256"],
  ["sha384", "sha3-384"],
  ["sha512", "sha512"],
]);

/** Checks all that Kratos takes as `hashed_password`. */
export function kratos(settings: KratosSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, claimed),
    takesTheRest: true,
    parse: (stored) => parse(encodedText(name, stored), limits),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { format: name, encoded: "$2a$10$zWRT4xennHZvHDTgmlMqz.a8be3zDWD5k/vXJzr7wjIRXjx2Mdke." },
  };
  return withSettingFaults(format, faults);
}

const firescrypt =
  /^\$firescrypt\$ln=(?<ln>[0-9]+),r=(?<r>[0-9]+),p=(?<p>[0-9]+)\$(?<salt>[^$]+)\$(?<hash>[^$]+)\$(?<separator>[^$]*)\$(?<key>[^$]+)$/;

function parse(text: string, limits: PlatformLimits): ParsedHash {
  const [, scheme = ""] = /^\$([a-z0-9-]+)\$/.exec(text) ?? [];
  switch (scheme) {
    case "firescrypt": {
      const form = "$firescrypt$ln=N,r=N,p=N$salt$hash$separator$key";
      const {
        ln = "",
        r = "",
        p = "",
        salt = "",
        hash = "",
        separator = "",
        key = "",
      } = fieldsOf(name, text, firescrypt, form);
      const cost = { memoryCost: ln, rounds: r, parallelization: p, limits: limits.scrypt };
      return firebaseScryptHash({ format: name, ...cost, salt, hash, separator, signerKey: key });
    }
    case "md5":
    case "sha1":
    case "sha256":
    case "sha512":
      return kratosDigestHash(name, scheme, text);
    case "md5-crypt":
      return md5CryptStringHash(name, text.replace("$md5-crypt$", "$1$"));
    case "sha256-crypt":
      return shaCryptStringHash(name, text.replace("$sha256-crypt$", "$5$"));
    case "sha512-crypt":
      return shaCryptStringHash(name, text.replace("$sha512-crypt$", "$6$"));
    default:
      if (scheme.startsWith("hmac-")) return kratosHmacHash(name, text);
      return encodedHash({ format: name, text, limits, pbkdf2Digests });
  }
}

export const kratosFamily: HashFamily = {
  name,
  title: "Ory Kratos",
  specified: "Ory Kratos, hash/hash_comparator.go",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "kratos-firescrypt",
      example:
        "$firescrypt$ln=14,r=8,p=1$sPtDhWcd1MfdAw==$xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==$Bw==$YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyw==",
      usedBy: "Ory Kratos: users of Firebase",
    },
    {
      id: "kratos-hmac",
      example: "$hmac-md4$MWQ5ZTI4Nzc2Zjg4YmE2MTQ5YjQ0OTMyOGE4NWU4YjA=$MTIzNDU=",
      usedBy: "Ory Kratos: HMAC with a key in the string",
    },
    { id: "kratos-md5", example: "$md5$CY9rzUYh03PK3k6DJie09g==", usedBy: "Ory Kratos: MD5" },
    {
      id: "kratos-sha",
      example: "$sha1$pf=e1NBTFR9e1BBU1NXT1JEfQ==$NW9wbWtnejAzcg==$2qU2SGWP8viTM1md3FiI3+rjWXQ=",
      usedBy: "Ory Kratos: SHA-1 and SHA-2 of a template",
    },
    {
      id: "kratos-encoded",
      example: "$2b$05$GYGXQRiIvkKkFmfFtLjse.BIfUzoo999kaNALHLHFCb2ypo1dzLwK",
      usedBy: "Ory Kratos: bcrypt, Argon2, PBKDF2, scrypt, {SSHA}, md5-crypt, sha256-crypt, sha512-crypt",
    },
  ].map((dialect) => ({
    ...dialect,
    line: "kratos()",
    read: (encoded) => ({ format: kratos(), stored: { format: name, encoded } }),
  })),
};
