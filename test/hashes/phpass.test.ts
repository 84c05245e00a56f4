import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { phpass } from "../../lib/hashes/phpass.ts";
import { refusal } from "./refusal.ts";
import { describeVectors } from "./vector-suite.ts";

describeVectors("phpass", () => phpass());

const decoy = phpass().decoy?.encoded ?? "";

describe("phpass", () => {
  it("reads the rounds from one character: J is 21", () => {
    expect(refusal(phpass(), decoy.replace("$P$B", "$P$J"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "phpass: 21 as log2 of the rounds, allowed 7 to 18",
    });
    const allowed = phpass({ maxLog2Rounds: 21 }).parse({ encoded: decoy.replace("$P$B", "$P$J") });
    expect(allowed.costMs).toBeGreaterThan(3000);
  });

  it.each([
    ["fewer rounds than phpass writes", decoy.replace("$P$B", "$P$4")],
    ["a digest that is cut", decoy.slice(0, -1)],
    ["a digest that goes on", `${decoy}.`],
    ["a line end behind the digest", `${decoy}\n`],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(phpass(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("leaves Drupal's $S$ to others", () => {
    expect(phpass().recognizes({ encoded: decoy.replace("$P$", "$S$") })).toBe(false);
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(phpass({ maxLog2Rounds: 30 })).map((fault) => fault.path)).toEqual(["maxLog2Rounds"]);
  });
});
