import { describe, expect, it } from "vitest";
import { rareDigests } from "../../lib/algorithms/rare-digest.ts";
import { hmacStreebog256 } from "../../lib/algorithms/streebog.ts";

function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}

describe("rare digests", () => {
  it("are those of the standards' own examples", async () => {
    const md4 = await rareDigests.get("md4")?.load();
    const whirlpool = await rareDigests.get("whirlpool")?.load();
    // RFC 1320 appendix A.5; ISO/IEC 10118-3, the empty text.
    expect(hexOf(md4?.digest(Buffer.from("abc")))).toBe("a448017aaf21d8525fc10ae87aa6729d");
    expect(hexOf(whirlpool?.digest(new Uint8Array()))).toMatch(/^19fa61d75522a466.+cc42a66eb3$/);
  });

  it("give a result that the next call does not change", async () => {
    const md4 = await rareDigests.get("md4")?.load();
    const first = md4?.digest(Buffer.from("abc"));
    md4?.digest(Buffer.from("abd"));
    expect(hexOf(first)).toBe("a448017aaf21d8525fc10ae87aa6729d");
  });

  it.each([0, 32, 64, 65, 200])("have RFC 2104's HMAC for a key of %s bytes", async (length) => {
    const functions = await rareDigests.get("streebog256")?.load();
    const key = new Uint8Array(length).fill(7);
    const text = Buffer.from("text");
    expect(hexOf(functions?.hmac(key, text))).toBe(hexOf(hmacStreebog256(key, text)));
  });
});
