// SuperTokens' `password_hash`: bcrypt and Argon2, which it takes from rows that name the format, and its own string for
// users of Firebase, `$f_scrypt$hash$salt$m=14$r=8$s=Bw==`, whose signer key is the core's setting
// `firebase_password_hashing_signer_key`. github.com/supertokens/supertokens-core, PasswordHashingUtils.java.

import { encodedHash } from "../algorithms/encoded-hash.ts";
import { fieldsOf, firebaseScryptHash } from "../algorithms/firebase-scrypt.ts";
import { type PlatformBounds, platformBoundsText, readPlatformBounds } from "../algorithms/platform-bounds.ts";
import type { ScryptLimits } from "../algorithms/scrypt.ts";
import { MigrationError } from "../core/errors.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashDialect, HashFamily } from "../core/hash-family.ts";
import type { HashKey } from "../core/hash-key.ts";
import { bytesParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface SupertokensSettings extends PlatformBounds {
  /** `firebase_password_hashing_signer_key`, in base64; needed for users of Firebase alone. */
  readonly signerKey?: HashKey;
}

const name = "supertokens";

/** Checks SuperTokens' password hashes. */
export function supertokens(settings: SupertokensSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$f_scrypt\$/),
    takesTheRest: true,
    parse(stored) {
      const text = encodedText(name, stored);
      if (text.startsWith("$f_scrypt$")) return parseFirebase(text, settings.signerKey, limits.scrypt);
      return encodedHash({ format: name, text, kinds: ["bcrypt", "argon2"], limits });
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { format: name, encoded: "$2a$11$LOEJi9yM1zXbiZ2XpUa4wep0nJDw97zKpI8Ay6s43Ia2K16Qm/Of." },
  };
  return withSettingFaults(format, faults);
}

const syntax =
  /^\$f_scrypt\$(?<hash>[^$]+)\$(?<salt>[^$]+)\$m=(?<memory>[0-9]+)\$r=(?<rounds>[0-9]+)\$s=(?<separator>[^$]*)$/;

function parseFirebase(text: string, signerKey: HashKey | undefined, limits: ScryptLimits): ParsedHash {
  const {
    hash = "",
    salt = "",
    memory = "",
    rounds = "",
    separator = "",
  } = fieldsOf(name, text, syntax, "$f_scrypt$hash$salt$m=N$r=N$s=separator");
  // Without the key every password would seem wrong.
  if (signerKey === undefined) throw new MigrationError("HASH_UNKNOWN", `${name}: no signerKey in the settings`);
  return firebaseScryptHash({ format: name, memoryCost: memory, rounds, limits, hash, salt, separator, signerKey });
}

const read: HashDialect["read"] = (encoded, params) => {
  const key = bytesParam(params, "signer_key");
  const signerKey = key === undefined ? undefined : Secret.fromText(Buffer.from(key).toString("base64"));
  return { format: supertokens(signerKey === undefined ? {} : { signerKey }), stored: { format: name, encoded } };
};

export const supertokensFamily: HashFamily = {
  name,
  title: "SuperTokens",
  specified: "SuperTokens core, PasswordHashingUtils",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "supertokens-firebase",
      example:
        "$f_scrypt$qZM035es5AXYqavsKD6/rhtxg7t5PhcyRgv5blc3doYbChX8keMfQLq1ra96O2Pf2TP/eZrR5xtPCYN6mX3ESA==$/cj0jC1br5o4+w==$m=14$r=8$s=Bw==",
      beside: "the signer key",
      usedBy: "SuperTokens: users of Firebase",
      line: 'supertokens({ signerKey: secret("samekey/firebase-signer-key") })',
      read,
    },
    {
      id: "supertokens-encoded",
      example: "$2b$05$KhsQOIlHKsNIt1cjfwwOD.zEtcrUrz0gkAwHX.HwfuD6pCyLyuQWe",
      usedBy: "SuperTokens: bcrypt, Argon2",
      line: "supertokens()",
      read,
    },
  ],
};
