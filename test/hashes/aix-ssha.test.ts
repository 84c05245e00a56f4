import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { aixSsha, aixSshaFamily } from "../../lib/hashes/aix-ssha.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(aixSshaFamily);

const decoy = aixSsha().decoy?.encoded ?? "";

describe("aix-ssha", () => {
  it("leaves LDAP's salted SHA to others", () => {
    expect(aixSsha().recognizes({ encoded: "{SSHA256}hTY0oTqjjXgvzXgBLgVYFbWpHMSHPxIhHmGjVMZAzqYxMjM0" })).toBe(false);
    expect(aixSsha().recognizes({ encoded: "{ssha256}hTY0oTqjjXgvzXgBLgVYFbWpHMSHPxIhHmGjVMZAzqYxMjM0" })).toBe(false);
    expect(aixSsha().recognizes({ encoded: decoy })).toBe(true);
  });

  it("refuses more iterations than allowed", () => {
    expect(refusal(aixSsha(), decoy.replace("}15", "}22"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "aix-ssha: 4194304 iterations, allowed 1 to 3000000",
    });
  });

  it("refuses the digest of another scheme", () => {
    expect(refusal(aixSsha(), decoy.replace("ssha256", "ssha512")).code).toBe("HASH_DAMAGED");
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(aixSsha({ maxIterations: 1 })).map((fault) => fault.path)).toEqual(["maxIterations"]);
  });
});
