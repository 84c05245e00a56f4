// bcrypt: crypt(3)'s `$2a$NN$<22 salt><31 digest>` in its five variants, bare or behind the prefix of what keeps it:
// Django and Artifactory `bcrypt$`, MediaWiki `:bcrypt:NN$salt$digest`, Dovecot `{BLF-CRYPT}`, RFC 2307 `{BCRYPT}`
// (389 Directory Server, Zope), Spring `{bcrypt}`.
// Provos and Mazieres, "A Future-Adaptable Password Scheme", USENIX 1999; variants as in crypt_blowfish and libxcrypt.

import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { prepareFor } from "../algorithms/prepare.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface BcryptSettings extends BcryptBounds {
  /**
   * The password ends at its first NUL, for hashes of crypt(3) and of PHP before 8. Without it the NUL counts, as in
   * Go, Node and newer PHP.
   */
  readonly cutAtNul?: boolean;
}

/** Checks bcrypt hashes. The check runs in WASM on the main thread and cannot be cut once begun. */
export function bcrypt(settings: BcryptSettings = {}): HashFormat {
  const { maxCost, faults } = readBcryptBounds(settings);
  const steps = settings.cutAtNul === true ? [{ cutAtNul: true }] : [];
  const format: HashFormat = {
    name: "bcrypt",
    recognizes: claims("bcrypt", claimed),
    parse(stored) {
      const text = bareHash(encodedText("bcrypt", stored));
      return bcryptHash("bcrypt", text, maxCost, prepareFor("bcrypt", steps, stored));
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi" },
  };
  return withSettingFaults(format, faults);
}

// A bare hash with one more `$` behind it carries its pepper there and is bcrypt-wrapped's. Scheme names in braces are
// case-insensitive (RFC 2307).
const claimed =
  /^(?:(?:bcrypt\$)?\$2[abxy]?\$(?!.{56}\$)|bcrypt\$2[abxy]?\$|:bcrypt:|\{(?:[Bb][Ll][Ff]-[Cc][Rr][Yy][Pp][Tt]|[Bb][Cc][Rr][Yy][Pp][Tt])\})/;

function bareHash(text: string): string {
  // MediaWiki writes the cost without its leading zero and leaves out the variant, which is PHP's `2y`.
  const [, cost, salt, digest] = /^:bcrypt:([0-9]{1,2})\$([^$]{22})\$([^$]{31})$/.exec(text) ?? [];
  if (cost !== undefined) return `$2y$${cost.padStart(2, "0")}$${salt}${digest}`;
  const bare = text.replace(/^\{(?:blf-crypt|bcrypt)\}/i, "");
  // Django's prefix is followed by the whole hash, Artifactory's by a hash without its first `$`.
  return bare.replace(/^bcrypt\$(?=\$2)/, "").replace(/^bcrypt(?=\$2)/, "");
}

export const bcryptFamily: HashFamily = {
  name: "bcrypt",
  title: "bcrypt",
  specified: "Provos and Mazieres, USENIX 1999; variants as in crypt_blowfish",
  bounds: "cost 4 to 14 (maxCost, up to 16); 72 bytes of the password count, as in the original",
  dialects: [
    {
      id: "bcrypt",
      example: "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi",
      usedBy:
        "PHP, Laravel, Rails, Go, Node; taken by Auth0, Okta, Firebase, Clerk, WorkOS, FusionAuth, Kratos, Cognito",
      line: "bcrypt()",
      read: stringAlone(bcrypt),
    },
    {
      id: "django-bcrypt",
      example: "bcrypt$$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi",
      usedBy: "Django (BCryptPasswordHasher)",
      line: "bcrypt()",
      read: stringAlone(bcrypt),
    },
    {
      id: "artifactory",
      example: "bcrypt$2a$05$rmCC5YmK1zQZqY7tVEqbEux9xjxq/HjzsTGpms4gwJ8GN8EEwEon.",
      usedBy: "JFrog Artifactory",
      line: "bcrypt()",
      read: stringAlone(bcrypt),
    },
    {
      id: "mediawiki-bcrypt",
      example: ":bcrypt:5$UylFy5ygrAQ.QsDi9ooqne$UyJm1h5WRvqwaA82RWHAdgc1fZ28Elm",
      usedBy: "MediaWiki ($wgPasswordDefault = 'bcrypt')",
      line: "bcrypt()",
      read: stringAlone(bcrypt),
    },
    {
      id: "xenforo2-bcrypt",
      example: "$2y$05$psNfhzz3XaMi4dFUDuz.4eQy/o64zFTBoANsoB7YKannf4hgJMpoe",
      usedBy: "XenForo 1.2 and 2: the `hash` inside xf_user_authenticate.data",
      line: "bcrypt()",
      read: stringAlone(bcrypt),
    },
  ],
};
