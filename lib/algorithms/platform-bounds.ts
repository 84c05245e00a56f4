// The bounds of the readers of other platforms' rows, which may hold several kinds of hashes.

import type { SettingFault } from "../core/setting-faults.ts";
import { type Argon2Bounds, type Argon2Limits, readArgon2Bounds } from "./argon2.ts";
import { type BcryptBounds, readBcryptBounds } from "./bcrypt.ts";
import { type Pbkdf2Bounds, readPbkdf2Bounds } from "./pbkdf2.ts";
import { readScryptBounds, type ScryptBounds, type ScryptLimits } from "./scrypt.ts";

/** `maxMemoryMiB` bounds Argon2 and scrypt alike. */
export interface PlatformBounds extends BcryptBounds, Argon2Bounds, ScryptBounds, Pbkdf2Bounds {}

export interface PlatformLimits {
  readonly maxCost: number;
  readonly argon2: Argon2Limits;
  readonly scrypt: ScryptLimits;
  readonly maxIterations: number | undefined;
}

export function readPlatformBounds(set: PlatformBounds): {
  readonly limits: PlatformLimits;
  readonly faults: readonly SettingFault[];
} {
  const bcrypt = readBcryptBounds(set);
  const argon2 = readArgon2Bounds(set);
  const scrypt = readScryptBounds(set);
  const pbkdf2 = readPbkdf2Bounds(set);
  // A wrong maxMemoryMiB is reported once.
  const known = new Set(argon2.faults.map(({ path }) => path));
  const others = scrypt.faults.filter(({ path }) => !known.has(path));
  return {
    limits: {
      maxCost: bcrypt.maxCost,
      argon2: argon2.limits,
      scrypt: scrypt.limits,
      maxIterations: pbkdf2.maxIterations,
    },
    faults: [...bcrypt.faults, ...argon2.faults, ...others, ...pbkdf2.faults],
  };
}

/** The bounds in words, for the families' descriptions. */
export const platformBoundsText =
  "bcrypt cost 4 to 14 (maxCost, up to 16); Argon2 and scrypt 256 MiB (maxMemoryMiB, up to 512); PBKDF2 SHA-256 3 million iterations (maxIterations, up to 10 million)";
