// bcrypt: crypt(3)'s `$2a$NN$<22 salt><31 digest>` in its five variants, bare or behind Django's `bcrypt$`.
// Provos and Mazieres, "A Future-Adaptable Password Scheme", USENIX 1999; variants as in crypt_blowfish and libxcrypt.

import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type BcryptSettings = BcryptBounds;

/** Checks bcrypt hashes. The check runs in WASM on the main thread and cannot be cut once begun. */
export function bcrypt(settings: BcryptSettings = {}): HashFormat {
  const { maxCost, faults } = readBcryptBounds(settings);
  const format: HashFormat = {
    name: "bcrypt",
    recognizes: claims("bcrypt", /^(?:bcrypt\$)?\$2[abxy]?\$/),
    parse: (stored) => bcryptHash("bcrypt", encodedText("bcrypt", stored).replace(/^bcrypt\$/, ""), maxCost),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi" },
  };
  return withSettingFaults(format, faults);
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
  ],
};
