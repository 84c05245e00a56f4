import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { shaCrypt, shaCryptFamily } from "../../lib/hashes/sha-crypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(shaCryptFamily);

const decoy = shaCrypt().decoy?.encoded ?? "";
const withRounds = (rounds: string) => decoy.replace("$6$", `$6$rounds=${rounds}$`);

describe("sha-crypt", () => {
  it("means 5,000 rounds where none are named", () => {
    const format = shaCrypt();
    expect(format.parse({ encoded: decoy }).costMs).toBe(format.parse({ encoded: withRounds("5000") }).costMs);
  });

  it("takes passlib's default of 656,000 rounds and no more than 1,000,000", () => {
    expect(shaCrypt().parse({ encoded: withRounds("656000") }).costMs).toBeLessThan(500);
    expect(refusal(shaCrypt(), withRounds("1000001"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "sha-crypt: 1000001 rounds, allowed 1000 to 1000000",
    });
    expect(shaCrypt({ maxRounds: 1_000_001 }).parse({ encoded: withRounds("1000001") }).costMs).toBeGreaterThan(400);
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

  // "Larch-Teapot-41" with MySQL's five thousand rounds, in MySQL's form and in hashcat's.
  it.each([
    "$A$005$3Xq}r{R?0TjWp9aK.;uzn0BZy2Dux9Apazv1AcDoc/1UG0J.TbuBdTsyEG6p/C.",
    "$mysql$A$005*3358717D727B523F30546A577039614B2E3B757A*6E30425A7932447578394170617A76314163446F632F315547304A2E5462754264547379454736702F432E",
  ])("takes MySQL's 20 bytes of salt: %s", async (encoded) => {
    expect(shaCrypt().recognizes({ encoded })).toBe(true);
    expect(await verdict(shaCrypt(), encoded, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(shaCrypt(), encoded, "Larch-Teapot-42")).toBe("mismatch");
  });

  it("counts MySQL's rounds in thousands, in hexadecimal digits", () => {
    expect(
      refusal(
        shaCrypt(),
        "$A$005$3Xq}r{R?0TjWp9aK.;uzn0BZy2Dux9Apazv1AcDoc/1UG0J.TbuBdTsyEG6p/C.".replace("$005$", "$3E9$"),
      ),
    ).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "sha-crypt: 1001000 rounds, allowed 1000 to 1000000",
    });
    expect(
      refusal(
        shaCrypt(),
        "$A$005$3Xq}r{R?0TjWp9aK.;uzn0BZy2Dux9Apazv1AcDoc/1UG0J.TbuBdTsyEG6p/C.".replace("$005$", "$000$"),
      ).code,
    ).toBe("HASH_DAMAGED");
  });
});
