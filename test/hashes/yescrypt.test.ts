import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { yescrypt, yescryptFamily } from "../../lib/hashes/yescrypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(yescryptFamily);

const decoy = yescrypt().decoy?.encoded ?? "";

describe("yescrypt", () => {
  // Made by libxcrypt 4.4.33: p = 2; p = 2 and t = 2; no salt.
  it.each([
    "$y$j75..$9dkq4xT2$ATUCFRyZkRlQDYaCvo6XTDztJ6DvSZZExXm84dgraN4",
    "$y$j750./$9dkq4xT2$OdIIyvj72Kh4C6vPRdh31lah9.XG1MbWGiYxLUKQwJ8",
    "$y$j75$$tm0tx7TqbbLsUDbmXLBnifUoceeadmVWz/0Eviy.830",
  ])("takes unusual parameters: %s", async (encoded) => {
    expect(await verdict(yescrypt(), encoded, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(yescrypt(), encoded, "Larch-Teapot-42")).toBe("mismatch");
  });

  it("refuses more memory and more work than allowed", () => {
    expect(refusal(yescrypt(), decoy.replace("$j9T$", "$jET$"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: expect.stringMatching(/^yescrypt: 536887296 bytes of memory .* allowed 1 to 269484032$/),
    });
    expect(refusal(yescrypt(), decoy.replace("$j9T$", "$j9T/j$")).code).toBe("HASH_TOO_COSTLY");
  });

  it.each([
    ["another flavour", "$.9T$", "HASH_UNKNOWN"],
    ["a read-only memory", "$j9T5.$", "HASH_UNKNOWN"],
    ["parameters that end too early", "$j9z$", "HASH_DAMAGED"],
    ["parameters that go on", "$j9T...$", "HASH_DAMAGED"],
  ])("refuses %s", (_, parameters, code) => {
    expect(refusal(yescrypt(), decoy.replace("$j9T$", parameters)).code).toBe(code);
  });

  it("refuses a salt whose unused bits are not zero", () => {
    const [, , , salt = ""] = decoy.split("$");
    expect(refusal(yescrypt(), decoy.replace(salt, `${salt.slice(0, -1)}z`)).code).toBe("HASH_DAMAGED");
  });

  it("reports bounds out of range", () => {
    const faults = settingFaultsOf(yescrypt({ maxMemoryMiB: 1, maxWork: 99 }));
    expect(faults.map((fault) => fault.path)).toEqual(["maxMemoryMiB", "maxWork"]);
  });
});
