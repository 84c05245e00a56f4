// WorkOS' `password_hash`: bcrypt, Argon2, scrypt, PBKDF2 and `{SSHA}` as others write them, which it takes from rows
// that name the format, and its own string for users of Firebase,
// `$firebase-scrypt$hash=..$salt=..$sk=..$ss=..$r=8$m=14`. https://workos.com/docs/migrate/other-services

import { encodedHash } from "../algorithms/encoded-hash.ts";
import { firebaseScryptHash } from "../algorithms/firebase-scrypt.ts";
import {
  type PlatformBounds,
  type PlatformLimits,
  platformBoundsText,
  readPlatformBounds,
} from "../algorithms/platform-bounds.ts";
import { damaged, encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type WorkosSettings = PlatformBounds;

const name = "workos";
const prefix = "$firebase-scrypt$";
const keys = ["hash", "salt", "sk", "ss", "r", "m"];

/** Checks what WorkOS takes as `password_hash`; the string tells its `password_hash_type`. */
export function workos(settings: WorkosSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$firebase-scrypt\$/),
    takesTheRest: true,
    parse(stored) {
      const text = encodedText(name, stored);
      return text.startsWith(prefix) ? parseFirebase(text, limits) : encodedHash({ format: name, text, limits });
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { format: name, encoded: "$2b$10$3yNUPlPlCjU8AWvC6JUmEuiQ2nlU1q7OFkqd8grS1Ny0.Mc28Xza." },
  };
  return withSettingFaults(format, faults);
}

function parseFirebase(text: string, limits: PlatformLimits): ParsedHash {
  const fields = new Map<string, string>();
  for (const part of text.slice(prefix.length).split("$")) {
    const [, key = "", value = ""] = /^([a-z]{1,4})=(.*)$/.exec(part) ?? [];
    if (!keys.includes(key) || fields.has(key)) {
      throw damaged(name, `a field that is unknown or there twice, allowed ${keys.join(", ")}`);
    }
    fields.set(key, value);
  }
  const get = (key: string): string => fields.get(key) ?? "";
  return firebaseScryptHash({
    ...{ format: name, memoryCost: get("m"), rounds: get("r"), limits: limits.scrypt },
    ...{ salt: get("salt"), hash: get("hash"), separator: get("ss"), signerKey: get("sk") },
  });
}

export const workosFamily: HashFamily = {
  name,
  title: "WorkOS password_hash",
  specified: "WorkOS, User Management API (password_hash_type)",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "workos-firebase-scrypt",
      example:
        "$firebase-scrypt$hash=0fRCpASPFWq94kvKDxz0F0Ks5jZ2+t4/IkPYxatx+Y/WSHKWYnTyQWERuxTPk+CjI1N6/+bg4on2fO20MsFL4w==$salt=pmem9QMUTKNWVw==$sk=ke59ETlboQRJB9Jz1kSFX+mNGeCxMkd7K1wKMSWLGXQR2T5fMsl/Fe0wNBA4fFKMLLAkNJfk/L0vqShTsRyyUA==$ss=Bw==$r=8$m=10",
      usedBy: "WorkOS: users of Firebase",
    },
    { id: "workos-ssha", example: "{SSHA}9maCG0UjoW09rBeEJYjyjHVoAUumZ6b1AxRMow==", usedBy: "WorkOS: ssha" },
    {
      id: "workos-encoded",
      example: "$2b$05$klkzBSKhUVZ4uek0CgT4u.cwshajEN0fhOgwvRI036SGLosVsvQe2",
      usedBy: "WorkOS: bcrypt, argon2, scrypt, pbkdf2",
    },
  ].map((dialect) => ({
    ...dialect,
    line: "workos()",
    read: (encoded) => ({ format: workos(), stored: { format: name, encoded } }),
  })),
};
