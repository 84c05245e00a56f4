import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { desCrypt, desCryptFamily } from "../../lib/hashes/des-crypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(desCryptFamily);

/** "Larch-Teapot-41" by libxcrypt 4.4.33. */
const traditional = "NOXZL1jYipEf.";
const bigcrypt = "qndP3RVFjaN5MwhnrHXXKsCE";
const bsdi = "_J9..uWE7dx48SBd8uWg";

function named(encoded: string, typed: string): Promise<string> {
  const stored = { encoded, format: "des-crypt" };
  return desCrypt().parse(stored).verify(Secret.fromText(typed), new AbortController().signal);
}

describe("des-crypt", () => {
  it("never takes 13 characters for a hash unless the row says so", () => {
    expect(desCrypt().recognizes({ encoded: traditional })).toBe(false);
    expect(desCrypt().recognizes({ encoded: traditional, format: "des-crypt" })).toBe(true);
    expect(desCrypt().recognizes({ encoded: bsdi })).toBe(true);
    expect(desCrypt().recognizes({ encoded: bsdi, format: "house" })).toBe(false);
  });

  it("takes eight bytes of a password for descrypt, all of it for bigcrypt and BSDi's", async () => {
    expect(await named(traditional, "Larch-Te")).toBe("match");
    expect(await named(traditional, "Larch-Tx")).toBe("mismatch");
    expect(await named(bigcrypt, "Larch-Teapot-41")).toBe("match");
    expect(await named(bigcrypt, "Larch-Te")).toBe("mismatch");
    expect(await verdict(desCrypt(), bsdi, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(desCrypt(), bsdi, "Larch-Teapot-42")).toBe("mismatch");
  });

  it("refuses a count over the bound and the count of none", () => {
    expect(refusal(desCrypt(), `_zzzz${bsdi.slice(5)}`)).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "des-crypt: 16777215 as count, allowed 1 to 4000000",
    });
    expect(desCrypt({ maxCount: 16_777_215 }).parse({ encoded: `_zzzz${bsdi.slice(5)}` }).costMs).toBeGreaterThan(2000);
    expect(refusal(desCrypt(), `_....${bsdi.slice(5)}`).code).toBe("HASH_DAMAGED");
  });

  it("refuses a string of another length where crypt16 is meant", () => {
    const crypt16 = desCrypt({ long: "crypt16" });
    expect(refusal(crypt16, `${bigcrypt}${bigcrypt.slice(2, 13)}`).message).toBe(
      "des-crypt: 35 characters, crypt16 has 24",
    );
  });

  it("reports a bound out of range", () => {
    expect(settingFaultsOf(desCrypt({ maxCount: 0 })).map((fault) => fault.path)).toEqual(["maxCount"]);
  });
});
