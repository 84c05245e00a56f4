import { describe, expect, it } from "vitest";
import { colonDigest, colonDigestFamily } from "../../lib/hashes/colon-digest.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(colonDigestFamily);

describe("colonDigest", () => {
  it("takes the bare MD5 of the oldest accounts, and claims none", async () => {
    const encoded = "5f4dcc3b5aa765d61d8327deb882cf99";
    expect(colonDigest().recognizes({ encoded })).toBe(false);
    expect(await verdict(colonDigest(), encoded, "password")).toBe("match");
  });

  it("claims no version of Magento 2, and no key of scrypt", () => {
    const digest = "a".repeat(32);
    expect(colonDigest().recognizes({ encoded: `${digest}:salt:1` })).toBe(false);
    expect(colonDigest().recognizes({ encoded: `${digest}:${"b".repeat(128)}` })).toBe(false);
    expect(colonDigest().recognizes({ encoded: `${digest}:salt` })).toBe(true);
  });
});
