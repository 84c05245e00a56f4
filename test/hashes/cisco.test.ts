import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type CiscoSettings, cisco, ciscoFamily } from "../../lib/hashes/cisco.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(ciscoFamily);

describe("cisco", () => {
  it("matches no password that is longer than the device takes", async () => {
    const pix = cisco({ bare: "pix" });
    // passlib's value for 16 characters without a user name.
    expect(await verdict(pix, "dwrsMMTKSLWyZsMG", "0123456789abcdefg")).toBe("mismatch");
  });

  it("refuses a string without a prefix when the setting does not say what it is", () => {
    expect(refusal(cisco(), "2KFQnbNIdI.2KYOU").message).toContain("setting bare");
  });

  it.each([
    ["an offset beyond the key", "53480E051A33490E"],
    ["an empty password", "04"],
    ["half a byte", "04480"],
  ])("refuses a type 7 password with %s", (_, encoded) => {
    expect(refusal(cisco({ bare: "type7" }), encoded).code).toBe("HASH_DAMAGED");
  });

  it("reports an unknown type", () => {
    const wrong: unknown = { bare: "type5" };
    expect(settingFaultsOf(cisco(wrong as CiscoSettings)).map((fault) => fault.path)).toEqual(["bare"]);
  });
});
