// Spring Security's DelegatingPasswordEncoder: `{id}` and the string of that encoder, with the ids and settings of
// PasswordEncoderFactories: bcrypt, pbkdf2, scrypt, argon2 (and their `@SpringSecurity_v5_8`), ldap, MD4, MD5, SHA-1,
// SHA-256, sha256, noop. docs.spring.io/spring-security/reference/features/authentication/password-storage.html

import { hash } from "node:crypto";
import { argon2PhcHash } from "../algorithms/argon2-phc.ts";
import { bcryptHash } from "../algorithms/bcrypt.ts";
import { digestCheck } from "../algorithms/digest-check.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { rfc2307Hash } from "../algorithms/rfc2307-digest.ts";
import {
  springDigestHash,
  springPbkdf2Hash,
  springScryptHash,
  springStandardHash,
} from "../algorithms/spring-encoders.ts";
import { MigrationError } from "../core/errors.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashKey } from "../core/hash-key.ts";
import { secretParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface SpringSettings extends PlatformBounds {
  /** The secret that your encoders of `pbkdf2` and `sha256` were made with; Spring's factories set none. */
  readonly secret?: HashKey;
  /** Your own ids: who takes the string behind `{id}`. */
  readonly encoders?: Readonly<Record<string, HashFormat>>;
}

const name = "spring";

// What no other family claims: `{bcrypt}` and `{argon2}` are taken from rows that name the format, or as the last entry.
const claimed =
  /^\{(?:noop|ldap|pbkdf2(?:@SpringSecurity_v5_8)?|scrypt(?:@SpringSecurity_v5_8)?|argon2@SpringSecurity_v5_8|sha256(?=\}[0-9A-Fa-f]{80}$)|MD4|MD5(?=\}(?:\{|[0-9A-Fa-f]{32}$))|SHA-1|SHA-256)\}/;

/** Checks strings of a DelegatingPasswordEncoder. */
export function spring(settings: SpringSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: ({ encoded, format: named }) =>
      named === undefined ? claimed.test(encoded) && !isLdapPbkdf2(encoded) : named === name,
    takesTheRest: true,
    parse(stored) {
      const text = encodedText(name, stored);
      const [, id, rest = ""] = /^\{([^{}]{1,64})\}(.*)$/s.exec(text) ?? [];
      if (id === undefined) throw new MigrationError("HASH_UNKNOWN", `${name}: no {id} in front of the string`);
      const own = settings.encoders;
      const encoder = own !== undefined && Object.hasOwn(own, id) ? own[id] : undefined;
      return encoder === undefined ? parse(id, rest, limits, settings.secret) : encoder.parse({ encoded: rest });
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { format: name, encoded: "{bcrypt}$2a$10$q4MsFezcXp8pRL.Lkejl4.zdw7HpQbFMt0qv4BtjaxDVdaiWVIjl." },
  };
  return withSettingFaults(format, faults);
}

/** OpenLDAP's `{PBKDF2}` is written in capitals, but its scheme names may be in any case. */
function isLdapPbkdf2(text: string): boolean {
  return /^\{pbkdf2\}[0-9]+\$/.test(text);
}

function parse(id: string, text: string, limits: PlatformLimits, secret: HashKey | undefined): ParsedHash {
  switch (id) {
    case "bcrypt":
      return bcryptHash(name, text, limits.maxCost);
    case "argon2":
    case "argon2@SpringSecurity_v5_8":
      return argon2PhcHash(name, text, limits.argon2);
    case "scrypt":
    case "scrypt@SpringSecurity_v5_8":
      return springScryptHash(name, text, limits.scrypt);
    case "pbkdf2":
      return springPbkdf2Hash(name, text, springPbkdf2.v5_5, limits.maxIterations, secret);
    case "pbkdf2@SpringSecurity_v5_8":
      return springPbkdf2Hash(name, text, springPbkdf2.v5_8, limits.maxIterations, secret);
    case "ldap":
      // What LdapShaPasswordEncoder has no scheme for, it compares as it stands.
      return text.startsWith("{") ? rfc2307Hash(name, text) : plainText(text);
    case "MD4":
    case "MD5":
    case "SHA-1":
    case "SHA-256":
      return springDigestHash(name, id, text);
    case "sha256":
      return springStandardHash(name, text, secret);
    case "noop":
      return plainText(text);
    default:
      throw new MigrationError("HASH_UNKNOWN", `${name}: an unknown {id}; name its format in the setting encoders`);
  }
}

/** `defaultsForSpringSecurity_v5_5` and `_v5_8` of Pbkdf2PasswordEncoder. */
const springPbkdf2 = {
  v5_5: { digest: "sha1", iterations: 185_000, saltLength: 8 },
  v5_8: { digest: "sha256", iterations: 310_000, saltLength: 16 },
} as const;

/** Digests are compared, so that the time does not tell the length. Nothing behind `{noop}` would let everybody in. */
function plainText(text: string): ParsedHash {
  if (text === "") throw damaged(name, "no password behind the {id}");
  const sha256 = (bytes: Uint8Array | string): Uint8Array => hash("sha256", bytes, "buffer");
  return digestCheck(sha256(text), sha256);
}

export const springFamily: HashFamily = {
  name,
  title: "Spring Security, delegating",
  specified: "Spring Security's DelegatingPasswordEncoder and PasswordEncoderFactories",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "spring-delegating",
      example: "{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG",
      usedBy: "Spring Security 5 and later",
      line: "spring()",
      read(encoded, params) {
        const secret = secretParam(params, "secret");
        return { format: spring(secret === undefined ? {} : { secret }), stored: { format: name, encoded } };
      },
    },
  ],
};
