// What computes Argon2: OpenSSL through node:crypto, @noble/hashes, or a native addon that the adopter deploys.

import * as crypto from "node:crypto";
import { argon2dAsync, argon2iAsync, argon2idAsync } from "@noble/hashes/argon2.js";
import { MigrationError } from "../core/errors.ts";
import type { Argon2Input } from "./argon2-input.ts";

/** What is used of @node-rs/argon2. Its numbers: 0 Argon2d, 1 Argon2i, 2 Argon2id; version 0 is 16, 1 is 19. */
export interface Argon2Provider {
  hashRaw(
    password: Uint8Array,
    options: {
      readonly algorithm: 0 | 1 | 2;
      readonly version: 0 | 1;
      readonly memoryCost: number;
      readonly timeCost: number;
      readonly parallelism: number;
      readonly outputLen: number;
      readonly salt: Uint8Array;
      readonly secret?: Uint8Array;
    },
  ): Promise<Uint8Array>;
}

export interface Argon2Engine {
  /** Estimated time for one pass over one MiB. */
  readonly costMsPerMiB: number;
  /** What no setting raises. */
  readonly maxWorkMiB?: number;
  readonly derive: (input: Argon2Input) => Promise<Uint8Array>;
}

/**
 * OpenSSL, off the main thread, of version 19 alone; undefined before Node 24.7. Measured: 370 ms for 64 MiB and 3 passes, 79 ms for 19 MiB and
 * 2 passes.
 */
export const openssl: Argon2Engine | undefined =
  crypto.argon2 === undefined
    ? undefined
    : {
        costMsPerMiB: 2,
        derive: ({ variant, message, salt, parallelism, tagBytes, memory, passes: count, data, secret }) =>
          new Promise((resolve, reject) => {
            const size = { parallelism, tagLength: tagBytes, memory, passes: count };
            const parameters = { message, nonce: salt, ...size, associatedData: data, ...(secret && { secret }) };
            crypto.argon2(variant, parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
          }),
      };

/**
 * @noble/hashes, on the main thread: gives way every 10 ms and ends with the signal. Measured: 1 s for 64 MiB and
 * 2 passes. The largest that old strings name is 256 MiB and 2 passes, the reference implementation's own test.
 */
export const portable: Argon2Engine = {
  costMsPerMiB: 8,
  maxWorkMiB: 512,
  async derive({
    variant,
    version,
    message,
    salt,
    parallelism,
    tagBytes,
    memory,
    passes: count,
    data,
    secret,
    signal,
  }) {
    const run = { argon2d: argon2dAsync, argon2i: argon2iAsync, argon2id: argon2idAsync }[variant];
    const size = { p: parallelism, dkLen: tagBytes, m: memory, t: count, version };
    const keys = { personalization: data, ...(secret && { key: secret }) };
    return run(message, salt, { ...size, ...keys, asyncTick: 10, onProgress: () => signal.throwIfAborted() });
  },
};

/** Own code, on the main thread as well, and as fast. */
export function shortSalt(derive: Argon2Engine["derive"]): Argon2Engine {
  return { costMsPerMiB: 8.5, maxWorkMiB: 512, derive };
}

/** Measured with @node-rs/argon2 2.2: 0.53 ms a MiB and pass. */
export function addon(open: () => Promise<Argon2Provider>): Argon2Engine {
  return {
    costMsPerMiB: 0.6,
    async derive({ variant, version, message, salt, parallelism, tagBytes, memory, passes: count, secret, signal }) {
      const engine = await open().catch((cause: unknown) => {
        const message =
          "argon2: the provider cannot be loaded; deploy its package for this processor beside the bundle";
        throw new MigrationError("CONFIG_INVALID", message, { cause });
      });
      signal.throwIfAborted();
      const size = { memoryCost: memory, timeCost: count, parallelism, outputLen: tagBytes };
      const algorithm = variant === "argon2d" ? 0 : variant === "argon2i" ? 1 : 2;
      const options = { algorithm, version: version === 19 ? 1 : 0, ...size, salt, ...(secret && { secret }) } as const;
      return engine.hashRaw(message, options);
    },
  };
}
