// bcrypt (Provos and Mazieres, USENIX 1999) in its five variants, as crypt_blowfish and libxcrypt have them.

// A static import: bundled with --main-fields=module,main only its bcrypt part is taken (28 kB, one millisecond to
// load), and the WASM inside is compiled at the first check. A dynamic import of the package would bundle all of it.
import { bcrypt, bcryptVerify } from "hash-wasm";
import { type Bound, damaged, parseCost, readBound } from "../core/hash-bounds.ts";
import { passwordToHash } from "../core/hash-check.ts";
import type { ParsedHash } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";

/** The bound that adopters may set in each family over bcrypt. */
export interface BcryptBounds {
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

export function readBcryptBounds(set: BcryptBounds): {
  readonly maxCost: number;
  readonly faults: readonly SettingFault[];
} {
  const { value, faults } = readBound("maxCost", set.maxCost, maxCostBound);
  return { maxCost: value, faults };
}

/** `$2$ $2a$ $2b$ $2x$ $2y$`, two digits of cost, 22 characters of salt, 31 of digest. */
export const bcryptSyntax = /^\$2([abxy]?)\$([0-9]{2})\$([./A-Za-z0-9]{53})$/;

/** What bcrypt gets instead of the password's bytes. */
type BcryptPrepare = (password: Uint8Array, signal: AbortSignal) => Uint8Array | Promise<Uint8Array>;

/**
 * A hash that is ready to be checked. The check runs in WASM on the main thread and cannot be cut once begun.
 * @param prepare What bcrypt gets instead of the password's bytes.
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function bcryptHash(
  format: string,
  text: string,
  maxCost: number,
  prepare: BcryptPrepare = (password) => password,
): ParsedHash {
  const { cost, variant, hash } = split(format, text, maxCost);
  return {
    costMs: costUnitMs * 2 ** cost,
    memoryBytes,
    verify: async (password, signal) => {
      const key = bcryptKey(await prepare(passwordToHash(password, signal), signal), variant);
      signal.throwIfAborted();
      return (await bcryptVerify({ password: key, hash })) ? "match" : "mismatch";
    },
  };
}

/**
 * A hash of a hash with the same salt, as crypt(3) gives them: bcrypt(bcrypt(password, salt), salt).
 * @throws MigrationError HASH_DAMAGED, HASH_TOO_COSTLY
 */
export function doubleBcryptHash(
  format: string,
  text: string,
  maxCost: number,
  prepare: BcryptPrepare = (password) => password,
): ParsedHash {
  const { cost, variant, hash, salt } = split(format, text, maxCost);
  if (variant === "" || variant === "x") throw damaged(format, "an unknown variant, allowed $2a$, $2b$ and $2y$");
  const outer = bcryptHash(format, text, maxCost, async (password, signal) => {
    const key = bcryptKey(await prepare(password, signal), variant);
    signal.throwIfAborted();
    const inner = await bcrypt({ password: key, salt, costFactor: cost, outputType: "encoded" });
    // The library writes one variant; the prefix is part of what is hashed again.
    return Buffer.from(`${hash.slice(0, 7)}${inner.slice(7)}`);
  });
  return { ...outer, costMs: 2 * outer.costMs };
}

interface BcryptParts {
  readonly variant: string;
  readonly cost: number;
  readonly salt: Uint8Array;
  readonly hash: string;
}

function split(format: string, text: string, maxCost: number): BcryptParts {
  const [, variant, costText, saltAndDigest] = bcryptSyntax.exec(text) ?? [];
  if (variant === undefined || costText === undefined || saltAndDigest === undefined) {
    throw damaged(format, "not of the form $2[abxy]$NN$ and 53 characters");
  }
  const bound: Bound = { min: minCost, max: maxCost };
  const cost = parseCost(format, "as cost", costText.replace(/^0/, ""), bound);
  const hash = `$2${variant === "" ? "y" : variant}$${costText}$${saltAndDigest}`;
  return { variant, cost, hash, salt: decodeSalt(saltAndDigest.slice(0, 22)) };
}

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** bcrypt's own base64: big-endian as the standard's, another alphabet. The last character's low bits say nothing. */
function decodeSalt(text: string): Uint8Array {
  const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return Buffer.from(
    text.replace(/./g, (character) => standard[bcryptAlphabet.indexOf(character)] ?? ""),
    "base64",
  );
}

/** bcrypt's key is 72 bytes: the password with its terminating NUL, repeated. What is behind them never counted. */
const keyBytes = 72;

function bcryptKey(password: Uint8Array, variant: string): Uint8Array {
  // The empty password is its NUL alone; hash-wasm takes no empty password, and one NUL byte gives the same key.
  if (password.length === 0) return new Uint8Array(1);
  // `$2$`, the first version, has no terminating NUL: the bare password is repeated, which only a full key can say.
  if (variant === "") {
    return Uint8Array.from({ length: keyBytes }, (_, index) => password[index % password.length] ?? 0);
  }
  return password.subarray(0, keyBytes);
}
