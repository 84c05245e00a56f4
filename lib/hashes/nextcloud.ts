// Nextcloud and ownCloud: a version, a bar and PHP's own string: `1|$2y$..` bcrypt, `2|$argon2i$..`, `3|$argon2id$..`.
// Rows from before ownCloud 8 have no version: bcrypt of the password with the instance's `passwordsalt` behind it, or a
// bare SHA-1 in hex of the password, with or without that salt. Those are taken from rows that name the format alone.
// Nextcloud lib/private/Security/Hasher.php (verify, legacyHashVerify).

import { createHash } from "node:crypto";
import { type Argon2Bounds, readArgon2Bounds } from "../algorithms/argon2.ts";
import { argon2PhcHash } from "../algorithms/argon2-phc.ts";
import { type BcryptBounds, bcryptHash, readBcryptBounds } from "../algorithms/bcrypt.ts";
import { decodeHex } from "../core/encodings.ts";
import { bytesWithin, damaged, encodedText } from "../core/hash-bounds.ts";
import { claims, compareBytes, passwordToHash } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { type HashKey, readHashKey } from "../core/hash-key.ts";
import { secretParam } from "../core/hash-params.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface NextcloudSettings extends Argon2Bounds, BcryptBounds {
  /** `passwordsalt` of config/config.php, for rows without a version. */
  readonly passwordSalt?: HashKey;
}

/** Checks the hashes of Nextcloud and ownCloud. */
export function nextcloud(settings: NextcloudSettings = {}): HashFormat {
  const forArgon2 = readArgon2Bounds(settings);
  const forBcrypt = readBcryptBounds(settings);
  const format: HashFormat = {
    name: "nextcloud",
    recognizes: claims("nextcloud", /^[123]\|\$/),
    parse(stored) {
      const text = encodedText("nextcloud", stored);
      const [, version, hash = ""] = /^([123])\|(\$.*)$/.exec(text) ?? [];
      // The version is PHP's algorithm at the time; password_verify looks at the string behind it.
      if (version !== undefined && hash.startsWith("$argon2")) {
        return argon2PhcHash("nextcloud", hash, forArgon2.limits);
      }
      if (version !== undefined) return bcryptHash("nextcloud", hash, forBcrypt.maxCost);
      if (text.startsWith("$2")) {
        return bcryptHash("nextcloud", text, forBcrypt.maxCost, (password, signal) =>
          withSalt(password, settings.passwordSalt, signal),
        );
      }
      return sha1Hash(text, settings.passwordSalt);
    },
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "1|$2y$10$rb2vnjS/glqQUIogL5Sy0OlOcpz1zVyf.oJbeQTuWfFtsmtP0zwNW" },
  };
  return withSettingFaults(format, [...forArgon2.faults, ...forBcrypt.faults]);
}

function sha1Hash(text: string, salt: HashKey | undefined): ParsedHash {
  if (!/^[0-9a-f]{40}$/.test(text))
    throw damaged("nextcloud", "neither `1|..`, `2|..`, `3|..` nor bcrypt nor SHA-1 in hex");
  const digest = bytesWithin("nextcloud", "bytes of digest", decodeHex(text), { min: 20, max: 20 });
  return {
    costMs: 0.01,
    memoryBytes: 1024,
    verify: async (password, signal) => {
      const typed = passwordToHash(password, signal);
      const salted = compareBytes(sha1(await withSalt(typed, salt, signal)), digest);
      const bare = compareBytes(sha1(typed), digest);
      return salted === "match" ? salted : bare;
    },
  };
}

async function withSalt(password: Uint8Array, salt: HashKey | undefined, signal: AbortSignal): Promise<Uint8Array> {
  return salt === undefined ? password : Buffer.concat([password, await readHashKey(salt, signal)]);
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash("sha1").update(bytes).digest();
}

export const nextcloudFamily: HashFamily = {
  name: "nextcloud",
  title: "Nextcloud, ownCloud",
  specified: "Nextcloud lib/private/Security/Hasher.php",
  bounds: "those of bcrypt and argon2",
  dialects: [
    {
      id: "nextcloud",
      example: "3|$argon2id$v=19$m=1024,t=2,p=1$R2tGa2pEYUprWHZ6M1ZreA$2QFbhIoYFleHjezGrFek4PcHwCKCew3XJ0gyK1FA3jg",
      beside: "passwordsalt of config.php, for rows without a version",
      usedBy: "Nextcloud, ownCloud",
      couldBe: /^[0-9a-f]{40}$/,
      line: "nextcloud()",
      read(encoded, params) {
        const passwordSalt = secretParam(params, "passwordsalt");
        return {
          format: nextcloud(passwordSalt === undefined ? {} : { passwordSalt }),
          stored: { format: "nextcloud", encoded },
        };
      },
    },
  ],
};
