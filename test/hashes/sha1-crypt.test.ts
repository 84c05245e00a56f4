import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { sha1Crypt, sha1CryptFamily } from "../../lib/hashes/sha1-crypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(sha1CryptFamily);

/** "password" by John the Ripper, the last group filled with zeros as Juniper does. */
const juniper = "$sha1$64000$wnUR8T1U$vt1TFQ50tBMFgkflAFAOer2CwdYZ";

describe("sha1-crypt", () => {
  it("takes the last group filled with zeros or with the first byte, and with nothing else", async () => {
    expect(await verdict(sha1Crypt(), juniper, "password")).toBe("match");
    expect(await verdict(sha1Crypt(), `${juniper.slice(0, -4)}xdYZ`, "password")).toBe("mismatch");
    expect(await verdict(sha1Crypt(), `${juniper.slice(0, -4)}/dYZ`, "password")).toBe("mismatch");
  });

  it("refuses more rounds than allowed", () => {
    expect(refusal(sha1Crypt(), juniper.replace("64000", "1000001"))).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "sha1-crypt: 1000001 rounds, allowed 1 to 1000000",
    });
  });

  it("leaves Kratos's bare SHA-1 to others", () => {
    expect(sha1Crypt().recognizes({ encoded: "$sha1$pf=e1NBTFR9e1BBU1NXT1JEfQ==$MTIz$bOcb" })).toBe(false);
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(sha1Crypt({ maxRounds: 1 })).map((fault) => fault.path)).toEqual(["maxRounds"]);
  });
});
