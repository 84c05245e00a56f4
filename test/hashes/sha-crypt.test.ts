import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { shaCrypt } from "../../lib/hashes/sha-crypt.ts";
import { refusal } from "./refusal.ts";
import { describeVectors } from "./vector-suite.ts";

describeVectors("sha-crypt", () => shaCrypt());

const decoy = shaCrypt().decoy?.encoded ?? "";
const withRounds = (rounds: string) => decoy.replace("$6$", `$6$rounds=${rounds}$`);

describe("sha-crypt", () => {
  it("means 5,000 rounds where none are named", () => {
    const format = shaCrypt();
    expect(format.parse({ encoded: decoy }).costMs).toBe(format.parse({ encoded: withRounds("5000") }).costMs);
  });

  it("takes passlib's default of 656,000 rounds and no more than 700,000", () => {
    expect(shaCrypt().parse({ encoded: withRounds("656000") }).costMs).toBeLessThan(2000);
    expect(refusal(shaCrypt(), withRounds("700001"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "sha-crypt: 700001 rounds, allowed 1000 to 700000",
    });
    expect(shaCrypt({ maxRounds: 700_001 }).parse({ encoded: withRounds("700001") }).costMs).toBeGreaterThan(2000);
  });

  it.each([
    ["fewer rounds than crypt(3) writes", withRounds("999")],
    ["rounds that are no decimal number", withRounds("1e4")],
    ["a salt of 17 characters", decoy.replace("$6$", "$6$x")],
    ["SHA-256's identifier with SHA-512's digest", decoy.replace("$6$", "$5$")],
    ["a digest that is cut", decoy.slice(0, -1)],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(shaCrypt(), encoded).code).toBe("HASH_DAMAGED");
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(shaCrypt({ maxRounds: 4999 })).map((fault) => fault.path)).toEqual(["maxRounds"]);
  });
});
