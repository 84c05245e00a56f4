// bcrypt of something else than the password's bytes: of an older hash (so that a table could be moved to bcrypt without
// its users), of a peppered, salted or cut password. The strings are bcrypt's own and do not tell: the settings do.

import { type BcryptBounds, bcryptHash, doubleBcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import {
  type PrepareStep,
  prepareDigests,
  prepareEncodings,
  prepareFaults,
  prepareFor,
} from "../algorithms/prepare.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import type { HashDialect, HashFamily, HashParams } from "../core/hash-family.ts";
import { optionalText, secretParam, textParam } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

/** The last step before bcrypt, and what goes before it. */
export interface BcryptWrappedSettings extends PrepareStep, BcryptBounds {
  /** Steps before the settings' own: bcrypt(md5(md5(password) . salt)) is `first: [{ digest: "md5" }], after: "salt", digest: "md5"`. */
  readonly first?: readonly PrepareStep[];
  /** WoltLab's bcrypt(bcrypt(password, salt), salt). */
  readonly twice?: boolean;
  /** The format's name, for configs that have two of this family; default `bcrypt-wrapped`. */
  readonly name?: string;
  /** Takes only rows that name the format, for tables that hold plain bcrypt too. */
  readonly onlyNamed?: boolean;
}

// Salt and digest are random bytes, made once: nobody knows a password for them.
const decoy: StoredPassword = { encoded: "$2b$10$mFBhOVPDR4xd41/R5LSPXOU4mdnn6oNgsknx1S4ZrunKM8t1fZmL." };

/** Checks bcrypt hashes of a prepared password. Without settings it takes plain bcrypt of rows that name it. */
export function bcryptWrapped(settings: BcryptWrappedSettings = {}): HashFormat {
  const { maxCost, first = [], twice = false, name = "bcrypt-wrapped", onlyNamed, ...last } = settings;
  const bounds = readBcryptBounds(maxCost === undefined ? {} : { maxCost });
  const saysHow = twice || first.length > 0 || Object.keys(last).length > 0;
  const claimsBare = saysHow && onlyNamed !== true;
  const steps = [...first, last];
  const make = twice ? doubleBcryptHash : bcryptHash;
  const needsRow = steps.some((step) =>
    [step.before, step.after, step.hmacKey].some((part) => typeof part === "string"),
  );
  const format: HashFormat = {
    name,
    recognizes: ({ format: named, encoded }) =>
      named === undefined ? claimsBare && /^\$2[abxy]?\$(?!.{56}\$)/.test(encoded) : named === name,
    parse: (stored) => make(name, encodedText(name, stored), bounds.maxCost, prepareFor(name, steps, stored)),
    ...(needsRow ? {} : { decoy: claimsBare ? decoy : { ...decoy, format: name } }),
  };
  const faults = steps.flatMap((step, index) => prepareFaults(step, index < first.length ? `first[${index}].` : ""));
  return withSettingFaults(format, [...bounds.faults, ...faults]);
}

/** A bare string that bcrypt would claim too: the row names the format. */
function row(encoded: string): StoredPassword {
  return { format: "bcrypt-wrapped", encoded };
}

/** A dialect whose settings are the same everywhere. */
function fixed(id: string, example: string, usedBy: string, settings: BcryptWrappedSettings): HashDialect {
  const line = `bcryptWrapped(${JSON.stringify(settings)
    .replace(/"(\w+)":/g, " $1: ")
    .replace(/}$/, " }")})`;
  return { id, example, usedBy, line, read: (encoded) => ({ format: bcryptWrapped(settings), stored: row(encoded) }) };
}

/** @throws MigrationError HASH_DAMAGED */
function keyParam(params: HashParams, name: string): Secret {
  const key = secretParam(params, name);
  if (key === undefined) throw damaged("row", `no ${name} beside the string`);
  return key;
}

/** BCrypt.Net's choice of digest, as the row tells it. @throws MigrationError HASH_DAMAGED */
function enhanced(params: HashParams): BcryptWrappedSettings {
  const asked = optionalText(params, "prehash") ?? "sha384";
  const digest = prepareDigests.find((one) => one === asked);
  const written = optionalText(params, "prehash_encoding") ?? "base64";
  const encoding = prepareEncodings.find((one) => one === written);
  if (digest === undefined || encoding === undefined) throw damaged("row", "an unknown prehash beside the string");
  const hmacKey = secretParam(params, "key");
  return { digest, encoding, ...(hmacKey === undefined ? {} : { hmacKey }) };
}

export const bcryptWrappedFamily: HashFamily = {
  name: "bcrypt-wrapped",
  title: "bcrypt of an older hash or a peppered password",
  specified: "each system's own code; bcrypt itself as in bcrypt",
  bounds: "cost 4 to 14 (maxCost, up to 16); 72 bytes of what is hashed count",
  dialects: [
    fixed(
      "meteor-bcrypt",
      "$2b$05$GFqTQ7B12.83Zv3Tk5Jbf.Y.fwVHaIlplkzddj0StquwH9n.QbWUq",
      "Meteor, Rocket.Chat; hashcat 30600",
      { digest: "sha256" },
    ),
    fixed("bcrypt-md5hex", "$2a$05$/VT2Xs2dMd8GJKfrXhjYP.DkTjOVrY12yDN7/6I8ZV0q/1lEohLru", "hashcat 25600", {
      digest: "md5",
    }),
    fixed("bcrypt-sha1hex", "$2a$05$Uo385Fa0g86uUXHwZxB90.qMMdRFExaXePGka4WGFv.86I45AEjmO", "hashcat 25800", {
      digest: "sha1",
    }),
    fixed("bcrypt-sha256hex", "$2b$10$FxDtpTNaL303lLcWtd6LFO2U6Gc63VJ07qycHcfqbQQ71GhO/qSzu", "hashcat 30600", {
      digest: "sha256",
    }),
    fixed("bcrypt-sha512hex", "$2a$12$KhivLhCuLhSyMBOxLxCyLu78x4z2X/EJdZNfS3Gy36fvRt56P2jbS", "hashcat 28400", {
      digest: "sha512",
    }),
    fixed("vbulletin5", "$2b$05$uPkLes.k.q9FlGZKZK9Az.0XaeYPtqvPwpXHmb8iHQnB1ZEu1fgcS", "vBulletin 5 and 6", {
      digest: "md5",
    }),
    fixed("nodebb-bcrypt", "$2b$05$k.3H2CEFne3gTFSwSP0D7Os53LjJEudbygTiEGAstKCRhzZtqC5fS", "NodeBB", {
      digest: "sha512",
    }),
    fixed(
      "flask-bcrypt-long",
      "$2b$05$itn6x44EujkNNez./lmsUO8Pysw0NN3LA3ekTa9bqRrQ.9hI2aJ3W",
      "Flask-Bcrypt with BCRYPT_HANDLE_LONG_PASSWORDS",
      { digest: "sha256" },
    ),
    fixed(
      "bcrypt-symfony-long",
      "$2y$05$N5sC2WTNhoyEZAQfzmj2BORL53o96AV.pAoAQv49V/NgEjuYhu1q2",
      "Symfony 5.3 and later (NativePasswordHasher), of passwords over 72 bytes or with a NUL",
      { onlyOver: 72, digest: "sha512", encoding: "base64" },
    ),
    fixed("wcf2-double-bcrypt", "$2a$08$p8h14U0jsEiVb1Luy.s8oOTXSQ0hVWUXpcNGBoCezeYNXrQyCKHfi", "WoltLab Suite", {
      twice: true,
    }),
    fixed(
      "wbb4-double-bcrypt",
      "$2a$08$hashcatohohohohohohohegk6PN.SFkoXxDIkacAGKFN9AF8nx.Hi",
      "WoltLab Burning Board 4; hashcat 33800",
      { twice: true },
    ),
    {
      id: "bcrypt-net-enhanced",
      example: "$2b$05$q9evz6e7GE8pzFC0CNNUSuxC1o38ziU.nCJNB.RjtamOj780aFkDS",
      usedBy: "BCrypt.Net-Next EnhancedHashPassword: SHA-384, or the HashType that was given; a key makes it HMAC",
      line: 'bcryptWrapped({ digest: "sha384", encoding: "base64" })',
      read: (encoded, params) => ({ format: bcryptWrapped(enhanced(params)), stored: row(encoded) }),
    },
    {
      id: "bcrypt-net-enhanced-sha256",
      example: "$2b$07$9IpAgJw99HWJur2uj3vr3OyXMLQ05R2dQE.L5iGnbcVFgMRpsPZRG",
      usedBy: "BCrypt.Net-Next EnhancedHashPassword with HashType.SHA256",
      line: 'bcryptWrapped({ digest: "sha256", encoding: "base64" })',
      read: (encoded, params) => ({ format: bcryptWrapped(enhanced(params)), stored: row(encoded) }),
    },
    {
      id: "flask-security-double",
      example: "$2b$05$tLHF8itgsEm7bum77eL4k.61XwTaSrGhlIThb1Nio/I3MRY4/lnwi",
      beside: "SECURITY_PASSWORD_SALT",
      usedBy: "Flask-Security, Flask-Security-Too (SECURITY_PASSWORD_SINGLE_HASH off)",
      line: 'bcryptWrapped({ digest: "sha512", encoding: "base64", hmacKey: secret("legacy/password-salt") })',
      read: (encoded, params) => ({
        format: bcryptWrapped({ digest: "sha512", encoding: "base64", hmacKey: keyParam(params, "password_salt") }),
        stored: row(encoded),
      }),
    },
    {
      id: "bcrypt-pepper",
      example: "$2a$05$eD29TJSGtjA5W2HWznZxAuUCdKcc8t6cs58pWBilz8eQhEcpPSSOW",
      beside: "pepper",
      usedBy: "Devise (config.pepper)",
      line: 'bcryptWrapped({ after: secret("legacy/pepper") })',
      read: (encoded, params) => ({
        format: bcryptWrapped({ after: keyParam(params, "pepper") }),
        stored: row(encoded),
      }),
    },
    {
      id: "bcrypt-hmac-pepper",
      example: "$2b$05$Fgf4WVVM3yx47CEDgZSuZedJToRgktPsjBHxjxsgN/VVR5zt1G2/.",
      beside: "pepper",
      usedBy: "home-made systems",
      line: 'bcryptWrapped({ digest: "sha256", encoding: "base64", hmacKey: secret("legacy/pepper") })',
      read: (encoded, params) => ({
        format: bcryptWrapped({ digest: "sha256", encoding: "base64", hmacKey: keyParam(params, "pepper") }),
        stored: row(encoded),
      }),
    },
    {
      id: "smf2-bcrypt",
      example: "$2y$05$fQn.FNtc3SZpqcpwnXo.5.VDbYsLKd/9oGRM.QB/1cpdIVotJ1ILi",
      beside: "user name",
      usedBy: "Simple Machines Forum 2.1",
      line: 'bcryptWrapped({ before: "lower-case username" })',
      read: (encoded, params) => ({
        format: bcryptWrapped({ before: "lower-case username" }),
        stored: { format: "bcrypt-wrapped", encoded, username: textParam(params, "username") },
      }),
    },
  ],
};
