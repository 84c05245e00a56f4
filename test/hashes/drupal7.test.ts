import { describe, expect, it } from "vitest";
import { phpassSha512 } from "../../lib/algorithms/phpass.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { drupal7, drupal7Family } from "../../lib/hashes/drupal7.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(drupal7Family);

const decoy = drupal7().decoy?.encoded ?? "";

describe("drupal7", () => {
  it.each([
    [512, "match"],
    [513, "mismatch"],
  ])("gives a password of %i bytes a %s: Drupal makes no hash of more than 512", async (length, expected) => {
    const typed = "x".repeat(length);
    const digest = await phpassSha512(Buffer.from(typed), "saltsalt", 128, new AbortController().signal);
    expect(await verdict(drupal7(), `$S$5saltsalt${digest.slice(0, 43)}`, typed)).toBe(expected);
  });

  it("refuses more rounds than allowed", () => {
    expect(refusal(drupal7(), decoy.replace("$S$D", "$S$H"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "drupal7: 19 as log2 of the rounds, allowed 7 to 18",
    });
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(drupal7({ maxLog2Rounds: 30 })).map((fault) => fault.path)).toEqual(["maxLog2Rounds"]);
  });
});
