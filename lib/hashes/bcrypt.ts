// bcrypt: crypt(3)'s `$2a$NN$<22 salt><31 digest>` in its five variants, bare or behind Django's `bcrypt$`.
// Provos and Mazieres, "A Future-Adaptable Password Scheme", USENIX 1999; variants as in crypt_blowfish and libxcrypt.

// A static import: bundled with --main-fields=module,main only its bcrypt part is taken (28 kB, one millisecond to
// load), and the WASM inside is compiled at the first check. A dynamic import of the package would bundle all of it.
import { bcryptVerify } from "hash-wasm";
import { damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims, passwordToHash } from "../core/hash-check.ts";
import type { HashFormat, ParsedHash } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface BcryptSettings {
  /** The highest cost to work for, 10 to 16; default 14. */
  readonly maxCost?: number;
}

// 14 takes 1.1 s on one whole processor, which still fits Cognito's 5 s; 16 takes 4.4 s and is for the platforms that
// wait longer. Real systems use 10 to 12. Costs below 4 do not exist, and 04 and 05 are found in old test data only.
const minCost = 4;
const maxCostBound = { usual: 14, min: 10, max: 16 };
/** Measured with hash-wasm 4.13: 69 ms at cost 10, 274 ms at cost 12. */
const costUnitMs = 0.067;
/** Two pages of the WASM instance: Blowfish's boxes are 4 KiB. */
const memoryBytes = 128 * 1024;

/** Checks bcrypt hashes. The check runs in WASM on the main thread and cannot be cut once begun. */
export function bcrypt(settings: BcryptSettings = {}): HashFormat {
  const maxCost = readBound("maxCost", settings.maxCost, maxCostBound);
  const format: HashFormat = {
    name: "bcrypt",
    recognizes: claims("bcrypt", /^(?:bcrypt\$)?\$2[abxy]?\$/),
    parse: (stored) => parse(stored, maxCost.value),
    // Salt and digest are random bytes, made once: nobody knows a password for them.
    decoy: { encoded: "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi" },
  };
  return withSettingFaults(format, maxCost.faults);
}

const syntax = /^(?:bcrypt\$)?\$2([abxy]?)\$([0-9]{2})\$([./A-Za-z0-9]{53})$/;

function parse(stored: StoredPassword, maxCost: number): ParsedHash {
  const [, variant, costText, saltAndDigest] = syntax.exec(encodedText("bcrypt", stored)) ?? [];
  if (variant === undefined || costText === undefined || saltAndDigest === undefined) {
    throw damaged("bcrypt", "not of the form $2[abxy]$NN$ and 53 characters");
  }
  const cost = parseCost("bcrypt", "as cost", costText.replace(/^0/, ""), { min: minCost, max: maxCost });
  const hash = `$2${variant === "" ? "y" : variant}$${costText}$${saltAndDigest}`;
  return {
    costMs: costUnitMs * 2 ** cost,
    memoryBytes,
    verify: async (password, signal) => {
      const key = bcryptKey(passwordToHash(password, signal), variant);
      return (await bcryptVerify({ password: key, hash })) ? "match" : "mismatch";
    },
  };
}

/** bcrypt's key is 72 bytes: the password with its terminating NUL, repeated. What is behind them never counted. */
const keyBytes = 72;

function bcryptKey(password: Uint8Array, variant: string): Uint8Array {
  // The empty password is its NUL alone; hash-wasm takes no empty password, and one NUL byte gives the same key.
  if (password.length === 0) return new Uint8Array(1);
  // `$2$`, the first version, has no terminating NUL: the bare password is repeated, which only a full key can say.
  if (variant === "")
    return Uint8Array.from({ length: keyBytes }, (_, index) => password[index % password.length] ?? 0);
  return password.subarray(0, keyBytes);
}
