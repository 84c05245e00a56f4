// The inputs of Argon2 by the names of RFC 9106 section 3.1.

export const argon2Variants = ["argon2d", "argon2i", "argon2id"] as const;
export type Argon2Variant = (typeof argon2Variants)[number];

/** All that goes into one computation. */
export interface Argon2Input {
  readonly variant: Argon2Variant;
  readonly version: 16 | 19;
  readonly message: Uint8Array;
  readonly salt: Uint8Array;
  readonly secret: Uint8Array | undefined;
  readonly data: Uint8Array;
  readonly parallelism: number;
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly tagBytes: number;
  readonly signal: AbortSignal;
}
