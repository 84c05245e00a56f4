import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OneShotSha256 } from "../../lib/aws/one-shot-sha256.ts";

const bytes = fc.uint8Array({ maxLength: 300 });

describe("OneShotSha256", () => {
  it("is node:crypto's SHA-256 of all parts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(bytes, fc.string({ unit: "grapheme" }))), async (parts) => {
        const [mine, theirs] = [new OneShotSha256(), createHash("sha256")];
        for (const part of parts) {
          mine.update(part);
          theirs.update(part);
        }
        expect(Buffer.from(await mine.digest())).toEqual(theirs.digest());
      }),
    );
  });

  it("is node:crypto's HMAC with keys of any length, texts and buffers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, fc.string()), bytes, async (key, data) => {
        const mine = new OneShotSha256(key);
        mine.update("begin");
        mine.update(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
        const theirs = createHmac("sha256", key).update("begin").update(data).digest();
        expect(Buffer.from(await mine.digest())).toEqual(theirs);
      }),
    );
  });

  it("begins anew after a reset, and gives the same digest twice", async () => {
    const mine = new OneShotSha256("key");
    mine.update("one");
    mine.reset();
    mine.update("two");
    const digest = createHmac("sha256", "key").update("two").digest();
    expect(Buffer.from(await mine.digest())).toEqual(digest);
    expect(Buffer.from(await mine.digest())).toEqual(digest);
  });
});
