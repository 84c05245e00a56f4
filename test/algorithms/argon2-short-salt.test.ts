import * as crypto from "node:crypto";
import { argon2d, argon2i, argon2id } from "@noble/hashes/argon2.js";
import { describe, expect, it } from "vitest";
import { argon2Variants } from "../../lib/algorithms/argon2-input.ts";
import { deriveArgon2 } from "../../lib/algorithms/argon2-short-salt.ts";

const texts = {
  message: Buffer.from("пароль"),
  salt: Buffer.from("saltsalt"),
  secret: Buffer.from("key"),
  data: Buffer.from("data"),
};
const sizes = [
  { parallelism: 1, memory: 8, passes: 1, tagBytes: 4 },
  { parallelism: 4, memory: 70, passes: 3, tagBytes: 64 },
  { parallelism: 2, memory: 1000, passes: 2, tagBytes: 65 },
  { parallelism: 1, memory: 1024, passes: 2, tagBytes: 100 },
];
const signal = new AbortController().signal;

describe("deriveArgon2", () => {
  // Salts of 8 bytes, which the libraries take too: nothing in it looks at the salt's length but the first digest.
  it.each(argon2Variants.flatMap((variant) => sizes.map((size) => ({ variant, ...size }))))(
    "agrees with OpenSSL and @noble/hashes: $variant, $memory KiB, $passes passes, $parallelism lanes",
    async ({ variant, parallelism, memory, passes, tagBytes }) => {
      const size = { parallelism, memory, passes };
      const parameters = { ...size, message: texts.message, nonce: texts.salt, secret: texts.secret };
      const expected = crypto.argon2Sync(variant, { ...parameters, associatedData: texts.data, tagLength: tagBytes });
      const found = await deriveArgon2({ variant, version: 19, ...texts, ...size, tagBytes, signal });
      expect(Buffer.from(found).equals(expected)).toBe(true);
      const run = { argon2d, argon2i, argon2id }[variant];
      const options = { p: parallelism, m: memory, t: passes, dkLen: tagBytes, version: 16 };
      const old = run(texts.message, texts.salt, { ...options, key: texts.secret, personalization: texts.data });
      const foundOld = await deriveArgon2({ variant, version: 16, ...texts, ...size, tagBytes, signal });
      expect(Buffer.from(foundOld).equals(old)).toBe(true);
    },
  );

  it("ends with the signal", async () => {
    const over = new Error("over");
    const input = { variant: "argon2id", version: 19, parallelism: 1, memory: 8, passes: 1, tagBytes: 32 } as const;
    await expect(deriveArgon2({ ...input, ...texts, signal: AbortSignal.abort(over) })).rejects.toBe(over);
  });
});
