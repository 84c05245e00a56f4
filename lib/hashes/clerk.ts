// Clerk's user import: a `password_digest` and the `password_hasher` that says what it is. The row has the hasher among
// its params: `{ format: "clerk", encoded: digest, params: { password_hasher: "md5_phpass" } }`.
// https://clerk.com/docs/reference/backend/user/create-user (passwordHasher)

import { argon2PhcHash } from "../algorithms/argon2-phc.ts";
import { bcryptHash } from "../algorithms/bcrypt.ts";
import { type ClerkHasher, clerkDigestHash, clerkDigestHashers } from "../algorithms/clerk-digest.ts";
import { clerkKeyHash, clerkKeyHashers } from "../algorithms/clerk-key.ts";
import { choice } from "../algorithms/json-fields.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { prepareFor } from "../algorithms/prepare.ts";
import { MigrationError } from "../core/errors.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import { textParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export type ClerkSettings = PlatformBounds;

const name = "clerk";
const bcryptHashers = ["bcrypt", "bcrypt_sha256_django", "bcrypt_peppered"] as const;
const argon2Hashers = ["argon2i", "argon2id"] as const;
/** What Clerk takes, but nobody can check here. */
const unknownHashers: ReadonlyMap<string, string> = new Map([
  ["awscognito", "a pointer to a Cognito pool; Clerk has no hash of this user"],
  ["hmac_sha256_utf16_b64", "Clerk does not document its digest"],
]);
const hashers = [...bcryptHashers, ...argon2Hashers, ...clerkDigestHashers, ...clerkKeyHashers] as const;

/** Checks rows with Clerk's `password_digest`, and its `password_hasher` among the row's params. */
export function clerk(settings: ClerkSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: (stored) => stored.format === name,
    takesTheRest: true,
    parse: (stored) => parse(stored, limits),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: {
      format: name,
      encoded: "$2a$10$uPF6MGY85H47su6LTgSF7ePOUQ0yGzhzUOXxF2ZRnxk9zyfL5.qJ.",
      params: { password_hasher: "bcrypt" },
    },
  };
  return withSettingFaults(format, faults);
}

function parse(stored: StoredPassword, limits: PlatformLimits): ParsedHash {
  const text = encodedText(name, stored);
  const written = stored.params?.password_hasher;
  const unknown = typeof written === "string" ? unknownHashers.get(written) : undefined;
  if (unknown !== undefined) throw new MigrationError("HASH_UNKNOWN", `${name}: ${written}: ${unknown}`);
  const hasher = choice<(typeof hashers)[number]>(name, stored.params ?? {}, "password_hasher", hashers);
  const digestHasher = clerkDigestHashers.find((one): one is ClerkHasher => one === hasher);
  if (digestHasher !== undefined) return clerkDigestHash(name, digestHasher, text);
  const keyHasher = clerkKeyHashers.find((one) => one === hasher);
  if (keyHasher !== undefined) return clerkKeyHash(name, keyHasher, text, limits);
  switch (hasher) {
    case "argon2i":
    case "argon2id":
      if (!text.startsWith(`$${hasher}$`)) throw damaged(name, `not of the form $${hasher}$…`);
      return argon2PhcHash(name, text, limits.argon2);
    case "bcrypt_peppered":
      return parsePeppered(text, stored, limits.maxCost);
    case "bcrypt_sha256_django": {
      const hash = text.replace(/^bcrypt_sha256\$/, "");
      return bcryptHash(name, hash, limits.maxCost, prepareFor(name, [{ digest: "sha256" }], stored));
    }
    default:
      return bcryptHash(name, text, limits.maxCost);
  }
}

/** Devise's pepper, behind the password as behind the hash. */
function parsePeppered(text: string, stored: StoredPassword, maxCost: number): ParsedHash {
  const [, hash = "", pepper = ""] = /^(\$2[abxy]?\$.{56})\$(.{1,1024})$/s.exec(text) ?? [];
  if (!pepper.isWellFormed() || pepper === "") throw damaged(name, "not of the form $2a$..$pepper");
  return bcryptHash(name, hash, maxCost, prepareFor(name, [{ after: Secret.fromText(pepper) }], stored));
}

const read: HashDialect["read"] = (encoded, params) => {
  const row = { format: name, encoded, params: { password_hasher: textParam(params, "password_hasher") } };
  return { format: clerk(), stored: row };
};

const examples: Readonly<Record<(typeof hashers)[number], string>> = {
  argon2i: "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$raP+Nmy9iuyXBvnSvCkMB9mTtDm+D2bNcOBi8VHC2yc",
  bcrypt: "$2b$05$1OGgpA9nNJzfTxspwTCxJ.hLMmtDiVhKy3YFR4YFpMoqbO1O1dYqm",
  bcrypt_peppered: "$2b$05$GmG6KaeFHjSNDyxQ2ewm9.FZqd8PEbtrOsa4cWiYKeucqxoxA2GeK$pepper",
  bcrypt_sha256_django: "bcrypt_sha256$$2b$05$RTDS341ijVLdfZT0wA7TK.Fh8R3GHmqZK3cV3MhpznWp7v/efX4Oy",
  ldap_ssha: "{SSHA}7y00BTQvbqFpsW4qW+wE9j0dT/v3UAji64I/KQ==",
  md5: "8775812b299a73f07c1cd8da1e8cf8ef",
  md5_phpass: "$P$9c1erkMd557H582nrmSmNjED1IkwuE.",
  md5_salted: "c1erkSa1t$c76c0687f570d26ec6ea7fe05f87d8f9",
  pbkdf2_sha1: "pbkdf2_sha1$1000$f75008e2eb823f290f4bb5e155332e2b$a0a32eb6d4e1d5b226a15d8322a9d2e9ccb84cc4$20",
  pbkdf2_sha256: "pbkdf2_sha256$1000$91AI4uuCPykPS7XhVTMuKw==$Apudfm17qXemeuN5o6PoUeSP02OptiRAgs1t/gw0MFs=",
  pbkdf2_sha256_django: "pbkdf2_sha256$1000$c1erkSa1t$zbCxaigRwSguhGi/bgaOs2kxk/h/lfTo+7W7ad+y1ko=",
  pbkdf2_sha512:
    "pbkdf2_sha512$1000$c1erkSa1t$e997197ef1a6584ece5f6a9c244ee627e9241ee1feb3bc6a7a8104db6467ba82e05d03c8b6ca2b600b29fbd5d0a7f59fdad3a25fa6e741ba0b9dcf278aad56f7",
  pbkdf2_sha512_hex:
    "pbkdf2_sha512_hex$1000$f75008e2eb823f290f4bb5e155332e2b$9b189cf8387d67c4de6ec3fc62ef699ff30fbc436186845d9d57a22a979b03550ff981b820a28dd9f759ae52c577fd9cd03ff7af00c6a1ee60693bdde73ac1d3",
  phpass: "$P$9c1erkPhpX8oxPA20ftmeMw9pgRrZY.",
  scrypt_firebase:
    "G+u1dL/04IJzYaj3MyZoXy5APmyHdTLqGNGnnDCCy/wk+o/xdS3R6vFAQxl+RsFt4tmXVEFfMgC4ZR4Jz/3eEw==$91AI4uuCPykPSw==$lZL8Im1kXVNTBvpcTTdCgCh3eZpWxQmwRGbsX4jy9y1eOog4BUAyWWP07wBY3ykT0pxCsDtSpB2cl+srr+sUcQ==$Bw==$8$10",
  scrypt_werkzeug:
    "scrypt:1024:8:1$c1erkSa1t$0d6deee690d89f06f00882b7827e8699a2855dc761cbe936e70dce39f9bac564d26e61d2dce38ed15f97e2430e6cef2b64bdc876c1baf2a539056b0449286d85",
  sha256: "b818fd1266df7c1f4e05184352a18cca4014f259cb0247f07110dfffb3c4a231",
  sha256_salted: "c1erkSa1t$05e46ecb6e2a28e9f5fdab814deb5a5f2e0798be2a108bce3865b9269d3c113a",
  sha512_symfony:
    "sha512_symfony$10$c1erkSa1t$sD316uKfW+6S7vMNeyTJSRJC40F0ZYZ0d1GJM+j6TcE+7j5+7kx/mcO3j4WIplPNRuKFgz/ch0kr2cTYbTmr0A==",
  argon2id: "$argon2id$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$z/BisFJ3RV24w7UBSCq0VCbTAxYRwAiz/KlTQMMBVLs",
};

/** Digests whose form tells the hasher, or nearly so; the other ones look like anybody's. */
const forms: Readonly<Partial<Record<(typeof hashers)[number], RegExp>>> = {
  md5_salted: /^[^$]{1,64}\$[0-9a-f]{32}$/,
  sha256_salted: /^[^$]{1,64}\$[0-9a-f]{64}$/,
  pbkdf2_sha1: /^pbkdf2_sha1\$[0-9]+\$[^$]+\$[0-9a-f]{32,}(?:\$[0-9]+)?$/,
  pbkdf2_sha256: /^pbkdf2_sha256\$[0-9]+\$[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]+={0,2}$/,
  pbkdf2_sha512: /^pbkdf2_sha512\$[0-9]+\$[^$]+\$[0-9a-f]{32,}$/,
  pbkdf2_sha512_hex: /^pbkdf2_sha512_hex\$/,
  scrypt_firebase: /^(?:[A-Za-z0-9+/_-]+={0,2}\$){4}[0-9]+\$[0-9]+$/,
  sha512_symfony: /^sha512_symfony\$/,
};

export const clerkFamily: HashFamily = {
  name,
  title: "Clerk password_digest",
  specified: "Clerk Backend API, createUser (passwordHasher)",
  bounds: platformBoundsText,
  dialects: hashers.map((hasher) => ({
    id: `clerk-${hasher.replaceAll("_", "-")}`,
    example: examples[hasher],
    ...(forms[hasher] === undefined ? {} : { couldBe: forms[hasher] }),
    beside: `password_hasher ${hasher}`,
    usedBy: `Clerk's import: ${hasher}`,
    line: "clerk()",
    read,
  })),
};
