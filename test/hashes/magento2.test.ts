import { describe, expect, it } from "vitest";
import { magento2, magento2Family } from "../../lib/hashes/magento2.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(magento2Family);

const digest = "5a".repeat(32);

describe("magento2", () => {
  it.each([
    ["0:1:0:1:0", "HASH_DAMAGED"],
    ["4", "HASH_DAMAGED"],
    ["3_16_2_67108864", "HASH_DAMAGED"],
    ["3_32_2_1099511627776", "HASH_TOO_COSTLY"],
    ["3_32_65_67108864", "HASH_TOO_COSTLY"],
    ["3_32_2_512", "HASH_DAMAGED"],
  ])("refuses version %s", (version, code) => {
    expect(refusal(magento2(), `${digest}:salt:${version}`).code).toBe(code);
  });

  it("adds up the cost of all steps", () => {
    const once = magento2().parse({ encoded: `${digest}:salt:0:2` }).costMs;
    const twice = magento2().parse({ encoded: `${digest}:salt:0:2:3_32_2_67108864` }).costMs;
    expect(twice).toBeGreaterThan(1.9 * once);
  });
});
