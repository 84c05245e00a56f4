import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { sunMd5, sunMd5Family } from "../../lib/hashes/sun-md5.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(sunMd5Family);

/** "Larch-Teapot-41" by libxcrypt 4.4.33. */
const hash = "$md5,rounds=904$5ZjWVaEB$$eJ1yffUn.d7txGJ9dhhI30";

describe("sun-md5", () => {
  it("hashes the second dollar sign with the salt", async () => {
    expect(await verdict(sunMd5(), hash, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(sunMd5(), hash.replace("$$", "$"), "Larch-Teapot-41")).toBe("mismatch");
  });

  it("adds 4,096 rounds to those that are named", () => {
    const unnamed = sunMd5().parse({ encoded: hash.replace(",rounds=904", "") }).costMs;
    expect(sunMd5().parse({ encoded: hash }).costMs / unnamed).toBeCloseTo(5000 / 4096, 5);
  });

  it("refuses more rounds than allowed", () => {
    expect(refusal(sunMd5(), hash.replace("904", "200001"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "sun-md5: 200001 rounds, allowed 1 to 200000",
    });
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(sunMd5({ maxRounds: 1 })).map((fault) => fault.path)).toEqual(["maxRounds"]);
  });
});
