import { describe, expect, it } from "vitest";
import { taggedDigest, taggedDigestFamily } from "../../lib/hashes/tagged-digest.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(taggedDigestFamily);

describe("taggedDigest", () => {
  it.each(taggedDigestFamily.dialects)("claims and takes the example of $id", ({ example }) => {
    expect(taggedDigest().recognizes({ encoded: example })).toBe(true);
    expect(taggedDigest().parse({ encoded: example }).costMs).toBeGreaterThan(0);
  });

  it("takes MediaWiki's type A with a salt as type B", async () => {
    const digest = ":838c83e1e4ab669036fd6b8de6d8a4d4";
    expect(await verdict(taggedDigest(), `:B:838c83e1${digest}`, "no such password")).toBe("mismatch");
    expect(await verdict(taggedDigest(), ":A:113:de2874e33da25313d808d2a8cbf31485", "qwerty")).toBe("match");
  });

  it("refuses iterations over the bound", () => {
    const text = "otm_sha256:2147483647:1:S5Q9Kc0ETY6ZPyQU+JYY60oFjaJuZZaSinggmzU8PC4=";
    expect(refusal(taggedDigest(), text).code).toBe("HASH_TOO_COSTLY");
  });

  it("leaves a row to the format that it names", () => {
    const encoded = ":A:551c748fd9f28e75795557d1bdd9556a";
    expect(taggedDigest().recognizes({ encoded, format: "house" })).toBe(false);
    expect(taggedDigest({ name: "wiki" }).recognizes({ encoded, format: "wiki" })).toBe(true);
  });
});
