// PBKDF2 (RFC 8018 section 5.2) in the strings of passlib (`$pbkdf2-sha256$N$salt$key`, also GitLab, Odoo, Phoenix),
// in PHC strings (`i=,l=`: Auth0, Ory Kratos, Discourse; `f=,w=,l=`: Mattermost) and in Django's
// (`pbkdf2_sha256$N$salt$key`, whose salt is text) or Clerk's, which look the same and mean something else.

import { eitherHash } from "../algorithms/either.ts";
import {
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2DigestBytes,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
  type WrittenPbkdf2,
} from "../algorithms/pbkdf2.ts";
import { decodeAdaptedBase64, decodeBase64, decodeHex } from "../core/encodings.ts";
import { type Bound, damaged, encodedText, parseCost } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import { parsePhc } from "../core/phc.ts";
import type { HashFormat } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";

export interface Pbkdf2Settings extends Pbkdf2Bounds {
  /**
   * Whose strings `pbkdf2_<digest>$...` are; default `django`, whose salt is text. Clerk's (`password_digest` of its
   * users) have a base64 salt for sha256, text and a hexadecimal key for sha512, either for sha1.
   */
  readonly dialect?: "django" | "clerk";
}

/** Checks PBKDF2 hashes with node:crypto, off the main thread. */
export function pbkdf2(settings: Pbkdf2Settings = {}): HashFormat {
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const clerk = settings.dialect === "clerk";
  const format: HashFormat = {
    name: "pbkdf2",
    recognizes: claims("pbkdf2", clerk ? clerkPrefix : prefix),
    parse(stored) {
      const readings = parseString(encodedText("pbkdf2", stored), clerk);
      return eitherHash(readings.map((written) => pbkdf2Hash({ format: "pbkdf2", maxIterations, ...written })));
    },
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "$pbkdf2-sha256$i=600000,l=32$aRCy6xAcAsn9JE0erCz4TA$uqY027QKMrbKFP9bO6eFpjoL6ANUEPrEcEBDU4FLe+M",
    },
  };
  return withSettingFaults(format, [...faults, ...dialectFaults(settings.dialect)]);
}

const prefix = /^(?:\$pbkdf2(?:-sha(?:1|224|256|384|512))?\$|pbkdf2_sha(?:1|256)\$)/;
const clerkPrefix = /^(?:\$pbkdf2(?:-sha(?:1|224|256|384|512))?\$|pbkdf2_(?:sha1|sha256|sha512|sha512_hex)\$)/;

function dialectFaults(dialect: Pbkdf2Settings["dialect"]): readonly SettingFault[] {
  if (dialect === undefined || dialect === "django" || dialect === "clerk") return [];
  return [{ path: "dialect", message: "an unknown dialect, allowed django and clerk" }];
}

function parseString(text: string, clerk: boolean): readonly WrittenPbkdf2[] {
  if (text.startsWith("pbkdf2_")) return [clerk ? parseClerk(text) : parseDjango(text)];
  const [, id, iterations = "", salt = "", key = ""] =
    /^\$(pbkdf2[a-z0-9-]*)\$([^$=,]*)\$([^$]*)\$([^$]*)$/.exec(text) ?? [];
  if (id === undefined) return text.startsWith("$pbkdf2$") ? [parseMattermost(text)] : parsePhcString(text);
  const digest = digestOfId(id, passlibIds);
  return [{ digest, iterations, salt: decodeAdaptedBase64(salt), key: decodeAdaptedBase64(key) }];
}

function parsePhcString(text: string): readonly WrittenPbkdf2[] {
  const phc = parsePhc("pbkdf2", text, { required: ["i"], optional: ["l"] });
  if (phc.version !== undefined && phc.version !== "1") throw damaged("pbkdf2", "an unknown version, supported is 1");
  const digest = digestOfId(phc.id, phcIds);
  const length = phc.get("l");
  const keyBytes = exactly(
    length === undefined ? pbkdf2DigestBytes(digest) : parseCost("pbkdf2", "as l", length, pbkdf2KeyBytes),
  );
  // What Ory Kratos writes as sha224 and sha384 is SHA-3; Zitadel and Auth0 mean SHA-2 by the same prefix.
  const sha3 = digest === "sha224" ? "sha3-224" : digest === "sha384" ? "sha3-384" : undefined;
  const written = {
    iterations: phc.get("i") ?? "",
    salt: decodeBase64(phc.salt),
    key: decodeBase64(phc.digest),
    keyBytes,
  };
  return [{ ...written, digest }, ...(sha3 === undefined ? [] : [{ ...written, digest: sha3 } as const])];
}

function parseMattermost(text: string): WrittenPbkdf2 {
  const phc = parsePhc("pbkdf2", text, { required: ["f", "w", "l"] });
  const digest = digestOfId(phc.get("f") ?? "", mattermostIds);
  const keyBytes = exactly(parseCost("pbkdf2", "as l", phc.get("l") ?? "", pbkdf2KeyBytes));
  const salt = decodeBase64(phc.salt);
  return { digest, iterations: phc.get("w") ?? "", salt, key: decodeBase64(phc.digest), keyBytes };
}

function parseDjango(text: string): WrittenPbkdf2 {
  const [, id, iterations = "", salt = "", key = ""] =
    /^(pbkdf2_[a-z0-9]+)\$([^$]*)\$([^$]+)\$([^$]*)$/.exec(text) ?? [];
  if (id === undefined) throw damaged("pbkdf2", "not of the form pbkdf2_<digest>$N$salt$key");
  return { digest: digestOfId(id, djangoIds), iterations, salt: Buffer.from(salt), key: decodeBase64(key) };
}

/** Clerk's four layouts: https://clerk.com/docs/reference/backend/user/create-user (password_hasher). */
function parseClerk(text: string): WrittenPbkdf2 {
  const [, id, iterations = "", salt = "", key = "", length] =
    /^(pbkdf2_[a-z0-9_]+)\$([^$]*)\$([^$]*)\$([^$]*)(?:\$([^$]*))?$/.exec(text) ?? [];
  if (id === undefined || (length !== undefined && id !== "pbkdf2_sha1")) {
    throw damaged("pbkdf2", "not of the form pbkdf2_<digest>$N$salt$key");
  }
  const digest = digestOfId(id, clerkIds);
  if (id === "pbkdf2_sha256") {
    return { digest, iterations, salt: decodeBase64(salt), key: decodeBase64(key), keyBytes: pbkdf2KeyBytes };
  }
  const keyBytes =
    length === undefined ? pbkdf2KeyBytes : exactly(parseCost("pbkdf2", "as length", length, pbkdf2KeyBytes));
  const hexSalt = id === "pbkdf2_sha512" ? undefined : decodeHex(salt);
  const textSalt = id === "pbkdf2_sha512_hex" ? undefined : Buffer.from(salt);
  return { digest, iterations, salt: hexSalt ?? textSalt, key: decodeHex(key), keyBytes };
}

const passlibIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["pbkdf2", "sha1"],
  ["pbkdf2-sha1", "sha1"],
  ["pbkdf2-sha256", "sha256"],
  ["pbkdf2-sha512", "sha512"],
]);

const phcIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["pbkdf2-sha1", "sha1"],
  ["pbkdf2-sha224", "sha224"],
  ["pbkdf2-sha256", "sha256"],
  ["pbkdf2-sha384", "sha384"],
  ["pbkdf2-sha512", "sha512"],
]);

const mattermostIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["SHA256", "sha256"],
  ["SHA512", "sha512"],
]);

const djangoIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ["pbkdf2_sha1", "sha1"],
  ["pbkdf2_sha256", "sha256"],
]);

const clerkIds: ReadonlyMap<string, Pbkdf2Digest> = new Map([
  ...djangoIds,
  ["pbkdf2_sha512", "sha512"],
  ["pbkdf2_sha512_hex", "sha512"],
]);

function digestOfId(id: string, ids: ReadonlyMap<string, Pbkdf2Digest>): Pbkdf2Digest {
  const digest = ids.get(id);
  if (digest === undefined) throw damaged("pbkdf2", `an unknown digest, allowed ${[...ids.keys()].join(", ")}`);
  return digest;
}

function exactly(length: number): Bound {
  return { min: length, max: length };
}

function dialect(id: string, usedBy: string, example: string): HashDialect {
  return { id, usedBy, example, line: "pbkdf2()", read: stringAlone(pbkdf2) };
}

export const pbkdf2Family: HashFamily = {
  name: "pbkdf2",
  title: "PBKDF2 of passlib, PHC strings and Django",
  specified: "RFC 8018 section 5.2; passlib's Modular Crypt Format; Django's PBKDF2PasswordHasher",
  bounds: pbkdf2BoundsText,
  dialects: [
    dialect(
      "django-pbkdf2-sha256",
      "Django, Authentik; Clerk's pbkdf2_sha256_django. Clerk's own look-alikes: dialect clerk",
      "pbkdf2_sha256$20000$tFS4FaY06dEDz0EuchYb2i$dzoYp5fIApus9qq8Xt9MkOTX2yvYufS/uuLpYTSGKng=",
    ),
    dialect("django-pbkdf2-sha1", "Django", "pbkdf2_sha1$20000$5nRFQqabrCJrDDt77nyTpA$9flMcPgS1sjeadP50fMQwfHhKBk="),
    dialect("passlib-pbkdf2-sha1", "passlib", "$pbkdf2$12$cmFuZG9tc2FsdGlzaGFyZA$mwUqsMixIYMc/0eN4v1.l3SVDpk"),
    dialect(
      "passlib-pbkdf2-sha256",
      "passlib, Superset, Zitadel",
      "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
    ),
    dialect(
      "passlib-pbkdf2-sha512",
      "passlib, Odoo",
      "$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww",
    ),
    dialect(
      "gitlab-pbkdf2",
      "GitLab",
      "$pbkdf2-sha512$20000$xknxRsd0p5.8Cb6OqiCwCQ$xE/sVuU9UfMYgqzIvuyMcSEE6nSprOlPUjgsOZGcg7BQITqOoYJCb7wTaWn1XBSoyx7koroqCU7cTXMWwqWa8A",
    ),
    dialect(
      "pbkdf2-elixir",
      "Phoenix (pbkdf2_elixir)",
      "$pbkdf2-sha512$160000$xknxRsd0p5.8Cb6OqiCwCQ$Q6u7fzAyUHX5wXcKZqy4w7H7ZPGxe8nXn5I2GzXKa2WYjFrhk/lt.tAcQc2gdNR3Q2EDDRbYW3qP5lasB845Iw",
    ),
    dialect(
      "phc-pbkdf2-i",
      "@phc/pbkdf2, Discourse 3",
      "$pbkdf2-sha512$v=1$i=10000$xknxRsd0p5+8Cb6OqiCwCTzGx+RfwFzIdA+JDl94e5E$2klQKIM2po9axRb22fECZSqI7sCc8cOq4oBSSBR/EeClHmXafaRn65PCzks23XP9q+6M4OKY66GpsNpwW6RohA",
    ),
    dialect(
      "phc-pbkdf2-il",
      "Auth0, Ory Kratos, Zitadel",
      "$pbkdf2-sha256$i=600000,l=32$xknxRsd0p5+8Cb6OqiCwCTzGx+RfwFzIdA+JDl94e5E$ROCbU4AY+BG8CpZfhHPh2xdu3gBzheigCkkRbKNTwvc",
    ),
    dialect(
      "mattermost-pbkdf2",
      "Mattermost 11",
      "$pbkdf2$f=SHA256,w=600000,l=32$xknxRsd0p5+8Cb6OqiCwCQ$fCp+EJpNOYTK9cFUWciE0yL2c9TmaeyBg9x0DSKBcIw",
    ),
  ],
};
