// bcrypt of a digest or of a peppered password, in strings that tell so: Django `bcrypt_sha256$$2b$..`, passlib
// `$bcrypt-sha256$v=2,t=2b,r=12$salt$digest` (version 1: `$bcrypt-sha256$2b,12$salt$digest`), WordPress 6.8 `$wp$2y$..`,
// Request Tracker 4 `!bcrypt!NN!..`, Clerk `$2b$..$pepper`.
// Sources: Django BCryptSHA256PasswordHasher; passlib.hash.bcrypt_sha256; WordPress wp_hash_password();
// RT::User _GeneratePassword_bcrypt; Clerk's user import (bcrypt_peppered).

import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { type PrepareStep, prepareFor } from "../algorithms/prepare.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type BcryptTaggedSettings = BcryptBounds;

/** Checks bcrypt hashes of what the string says. The check runs in WASM on the main thread and cannot be cut once begun. */
export function bcryptTagged(settings: BcryptTaggedSettings = {}): HashFormat {
  const { maxCost, faults } = readBcryptBounds(settings);
  const format: HashFormat = {
    name: "bcrypt-tagged",
    recognizes: claims(
      "bcrypt-tagged",
      /^(?:bcrypt_sha256\$|\$bcrypt-sha256\$|\$wp\$2[abxy]?\$|!bcrypt!|\$2[abxy]?\$.{56}\$)/,
    ),
    parse(stored) {
      const { hash, step } = read(encodedText("bcrypt-tagged", stored));
      return bcryptHash("bcrypt-tagged", hash, maxCost, prepareFor("bcrypt-tagged", [step], stored));
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$wp$2y$10$sBwoholxSMCrLvXCxYy8LOGetpArw2Iw1LqNlBKMwIYEjvTXXcRz6" },
  };
  return withSettingFaults(format, faults);
}

interface Tagged {
  /** The bare bcrypt hash. */
  readonly hash: string;
  readonly step: PrepareStep;
}

function read(text: string): Tagged {
  if (text.startsWith("bcrypt_sha256$")) {
    return { hash: text.slice("bcrypt_sha256$".length), step: { digest: "sha256" } };
  }
  if (text.startsWith("$bcrypt-sha256$")) return readPasslib(text);
  if (text.startsWith("$wp$")) return { hash: text.slice("$wp".length), step: wordPress };
  if (text.startsWith("!bcrypt!")) return readRequestTracker(text);
  const [, hash, pepper] = /^(\$2[abxy]?\$.{56})\$(.{1,1024})$/s.exec(text) ?? [];
  if (hash === undefined || pepper === undefined || !pepper.isWellFormed()) {
    throw damaged(
      "bcrypt-tagged",
      "none of the known forms: bcrypt_sha256$, $bcrypt-sha256$, $wp$, !bcrypt!, $2b$..$pepper",
    );
  }
  return { hash, step: { after: Secret.fromText(pepper) } };
}

// PHP's trim() also takes NUL and vertical tab.
const wordPress: PrepareStep = {
  text: "trim",
  digest: "sha384",
  hmacKey: Secret.fromText("wp-sha384"),
  encoding: "base64",
};

/**
 * Version 1 hashes the password alone; version 2 keys the digest with the salt, as the string writes it, and has variant
 * 2b alone. A cost with a leading zero is none of passlib's.
 */
function readPasslib(text: string): Tagged {
  const [, head = "", salt = "", digest = ""] =
    /^\$bcrypt-sha256\$([^$]+)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/.exec(text) ?? [];
  const [, second] = /^v=2,t=2b,r=([1-9][0-9]?)$/.exec(head) ?? [];
  if (second !== undefined) {
    const step: PrepareStep = { digest: "sha256", hmacKey: Secret.fromText(salt), encoding: "base64" };
    return { hash: crypt("2b", second, salt, digest), step };
  }
  const [, variant, first = ""] = /^(2[aby]),([1-9][0-9]?)$/.exec(head) ?? [];
  if (variant === undefined) throw damaged("bcrypt-tagged", "not of the form $bcrypt-sha256$v=2,t=2b,r=N$salt$digest");
  return { hash: crypt(variant, first, salt, digest), step: { digest: "sha256", encoding: "base64" } };
}

/** Request Tracker hashes the digest's 64 raw bytes, a NUL among them like any other (Crypt::Eksblowfish::Bcrypt). */
function readRequestTracker(text: string): Tagged {
  const [, cost = "", salt = "", digest = ""] = /^!bcrypt!([0-9]{1,2})!(.{22})(.{31})$/.exec(text) ?? [];
  if (cost === "") throw damaged("bcrypt-tagged", "not of the form !bcrypt!NN! and 53 characters");
  return { hash: crypt("2a", cost, salt, digest), step: { digest: "sha512", encoding: "raw" } };
}

function crypt(variant: string, cost: string, salt: string, digest: string): string {
  return `$${variant}$${cost.padStart(2, "0")}$${salt}${digest}`;
}

export const bcryptTaggedFamily: HashFamily = {
  name: "bcrypt-tagged",
  title: "bcrypt of a digest, in strings that tell so",
  specified: "Django, passlib, WordPress 6.8, Request Tracker 4, Clerk",
  bounds: "cost 4 to 14 (maxCost, up to 16)",
  dialects: [
    {
      id: "django-bcrypt-sha256",
      example: "bcrypt_sha256$$2a$06$/3OeRpbOf8/l6nPPRdZPp.nRiyYqPobEZGdNRBWihQhiFDh1ws1tu",
      usedBy: "Django (BCryptSHA256PasswordHasher), Authentik; taken by Clerk",
      line: "bcryptTagged()",
      read: stringAlone(bcryptTagged),
    },
    {
      id: "passlib-bcrypt-sha256",
      example: "$bcrypt-sha256$v=2,t=2b,r=5$E/e/2AOhqM5W/KJTFQzLce$WFPIZKtDDTriqWwlmRFfHiOTeheAZWe",
      usedBy: "passlib (bcrypt_sha256), go-crypt",
      line: "bcryptTagged()",
      read: stringAlone(bcryptTagged),
    },
    {
      id: "wordpress-bcrypt",
      example: "$wp$2y$10$vtjEJE.bQm.jDiPi.euQH.szCScfFFSZUq81NY48N.v/shCm6Qb.i",
      usedBy: "WordPress 6.8 and later",
      line: "bcryptTagged()",
      read: stringAlone(bcryptTagged),
    },
    {
      id: "rt-bcrypt",
      example: "!bcrypt!10!EKSE/8POgxUjlvvmqB32UuQythF1DelGFmW856iYizzZJm/AyeXr6",
      usedBy: "Request Tracker 4 and 5",
      line: "bcryptTagged()",
      read: stringAlone(bcryptTagged),
    },
    {
      id: "bcrypt-clerk-peppered",
      example: "$2b$05$mrH4KCtJepMBYm6w0VR8Te246c3RsjmK2ErCT7x5CrAN9uxjoWtzK$PEPPER",
      usedBy: "Clerk's import (bcrypt_peppered): the pepper behind the hash",
      line: "bcryptTagged()",
      read: stringAlone(bcryptTagged),
    },
  ],
};
