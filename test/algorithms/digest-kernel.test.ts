import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withMessages } from "../../lib/algorithms/digest-kernel.ts";
import { md5Kernel } from "../../lib/algorithms/md5-kernel.ts";
import { sha256Kernel, sha512Kernel } from "../../lib/algorithms/sha2-kernel.ts";

const kernels = [
  ["md5", md5Kernel, 16],
  ["sha256", sha256Kernel, 32],
  ["sha512", sha512Kernel, 64],
] as const;

describe("digest kernels", () => {
  it.each(kernels)("%s: gives OpenSSL's digest of messages of every length", async (algorithm, kernel, bytes) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
        async (messages) => {
          const found = await withMessages(kernel, messages, async (memory) =>
            messages.map((_, index) => {
              const start = memory.starts[index] ?? 0;
              memory.digest(start, memory.ends[index] ?? 0, start);
              return Buffer.from(memory.bytes.subarray(start, start + bytes)).toString("hex");
            }),
          );
          expect(found).toEqual(messages.map((message) => hash(algorithm, message, "hex")));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(kernels)("%s: takes messages of more than a page", async (algorithm, kernel, bytes) => {
    const message = Buffer.alloc(100_000, 7);
    const found = await withMessages(kernel, [message], async (memory) => {
      memory.digest(0, memory.ends[0] ?? 0, 0);
      return Buffer.from(memory.bytes.subarray(0, bytes)).toString("hex");
    });
    expect(found).toBe(hash(algorithm, message, "hex"));
  });

  it("wipes the messages after their use, also when it fails", async () => {
    let seen: Uint8Array = new Uint8Array(0);
    const use = withMessages(md5Kernel, [Buffer.from("secret")], async ({ bytes }) => {
      seen = bytes;
      throw new Error("cut off");
    });
    await expect(use).rejects.toThrow("cut off");
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((byte) => byte === 0)).toBe(true);
  });

  it("keeps checks that run at one time apart", async () => {
    const letters = ["a", "b", "c"];
    const found = await Promise.all(
      letters.map((letter) =>
        withMessages(sha256Kernel, [Buffer.from(letter)], async ({ bytes, ends, digest }) => {
          await new Promise((resolve) => setImmediate(resolve));
          digest(0, ends[0] ?? 0, 0);
          return Buffer.from(bytes.subarray(0, 32)).toString("hex");
        }),
      ),
    );
    expect(found).toEqual(letters.map((letter) => hash("sha256", letter, "hex")));
  });
});
