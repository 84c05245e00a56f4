// Supabase Auth's `encrypted_password`: bcrypt and Argon2, which it takes from rows that name the format, and its own
// string for users of Firebase, `$fbscrypt$v=1,n=14,r=8,p=1,ss=separator,sk=key$salt$hash`.
// github.com/supabase/auth, internal/crypto/password.go.

import { encodedHash } from "../algorithms/encoded-hash.ts";
import { fieldsOf, firebaseScryptHash } from "../algorithms/firebase-scrypt.ts";
import { type PlatformBounds, platformBoundsText, readPlatformBounds } from "../algorithms/platform-bounds.ts";
import type { ScryptLimits } from "../algorithms/scrypt.ts";
import { encodedText } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export type SupabaseSettings = PlatformBounds;

const name = "supabase";

/** Checks the passwords of Supabase's auth.users. */
export function supabase(settings: SupabaseSettings = {}): HashFormat {
  const { limits, faults } = readPlatformBounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^\$fbscrypt\$/),
    takesTheRest: true,
    parse(stored) {
      const text = encodedText(name, stored);
      if (text.startsWith("$fbscrypt$")) return parseFirebase(text, limits.scrypt);
      return encodedHash({ format: name, text, kinds: ["bcrypt", "argon2"], limits });
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { format: name, encoded: "$2a$10$rfL7TPSiBATv5I57r2AfQ.GPfsiq68nng5TBM5aSTRY14zBPcxSu." },
  };
  return withSettingFaults(format, faults);
}

const syntax =
  /^\$fbscrypt\$v=1,n=(?<n>[0-9]+),r=(?<r>[0-9]+),p=(?<p>[0-9]+)(?:,ss=(?<separator>[^,$]*))?,sk=(?<key>[^,$]+)\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/;

function parseFirebase(text: string, limits: ScryptLimits): ParsedHash {
  const {
    n = "",
    r = "",
    p = "",
    separator = "",
    key = "",
    salt = "",
    hash = "",
  } = fieldsOf(name, text, syntax, "$fbscrypt$v=1,n=N,r=N,p=N,ss=separator,sk=key$salt$hash");
  const cost = { memoryCost: n, rounds: r, parallelization: p, limits };
  return firebaseScryptHash({ format: name, ...cost, salt, separator, hash, signerKey: key });
}

export const supabaseFamily: HashFamily = {
  name,
  title: "Supabase Auth",
  specified: "github.com/supabase/auth, internal/crypto/password.go",
  bounds: platformBoundsText,
  dialects: [
    {
      id: "supabase-firebase-scrypt",
      example:
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
      usedBy: "Supabase: users of Firebase",
    },
    {
      id: "supabase-encoded",
      example: "$2b$05$KR4x4SxbcNC8vZgID5Dkg.VTLZWbPTWoTm0qbFshuKcBtjXSX1sIO",
      usedBy: "Supabase: bcrypt, Argon2",
    },
  ].map((dialect) => ({
    ...dialect,
    line: "supabase()",
    read: (encoded) => ({ format: supabase(), stored: { format: name, encoded } }),
  })),
};
