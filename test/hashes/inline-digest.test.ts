import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { inlineDigest, inlineDigestFamily } from "../../lib/hashes/inline-digest.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(inlineDigestFamily, { factory: () => inlineDigest({ product: "tomcat-digest" }) });

describe("inlineDigest", () => {
  it.each(inlineDigestFamily.dialects)("takes the example of $id", ({ example, read }) => {
    const { format, stored } = read(example, {}, []);
    expect(format.parse(stored).costMs).toBeGreaterThan(0);
  });

  it("takes Tomcat's digest without salt", async () => {
    const format = inlineDigest({ product: "tomcat-digest" });
    expect(await verdict(format, "5f4dcc3b5aa765d61d8327deb882cf99", "password")).toBe("match");
  });

  it("refuses Tomcat's iterations over the bound", () => {
    const text = "c649$2147483647$5f4dcc3b5aa765d61d8327deb882cf99";
    expect(refusal(inlineDigest({ product: "tomcat-digest" }), text).code).toBe("HASH_TOO_COSTLY");
  });

  it("reports a product that is not named", () => {
    expect(settingFaultsOf(inlineDigest()).map((fault) => fault.path)).toEqual(["product"]);
  });
});
