import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { cryptPrefixed, cryptPrefixedFamily } from "../../lib/hashes/crypt-prefixed.ts";
import { desCrypt } from "../../lib/hashes/des-crypt.ts";
import { md5Crypt } from "../../lib/hashes/md5-crypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(cryptPrefixedFamily);

/** "Larch-Teapot-41" by libxcrypt 4.4.33. */
const descrypt = "NOXZL1jYipEf.";
const md5crypt = "$1$xlNvd04h$lLAndgmJDiw94FAFLP2rE0";

describe("crypt-prefixed", () => {
  const format = cryptPrefixed({ formats: [md5Crypt(), desCrypt()] });

  it.each([
    `{CRYPT}${descrypt}`,
    `{crypt}${md5crypt}`,
    `{MD5-CRYPT}${md5crypt}`,
    `{DES-CRYPT}${descrypt}`,
    `crypt$NO$${descrypt}`,
  ])("hands on %s", async (encoded) => {
    expect(format.recognizes({ encoded })).toBe(true);
    expect(await verdict(format, encoded, "Larch-Teapot-41")).toBe("match");
    expect(await verdict(format, encoded, "larch-teapot-41")).toBe("mismatch");
  });

  it("names the formats that it has when none of them knows the string", () => {
    expect(refusal(format, `{CRYPT}${bcrypt().decoy?.encoded}`)).toEqual({
      code: "HASH_UNKNOWN",
      message: "crypt-prefixed: none of its formats knows the string (md5-crypt, des-crypt)",
    });
  });

  it("keeps the bounds of the format that takes the string", () => {
    const strict = cryptPrefixed({ formats: [bcrypt({ maxCost: 10 })] });
    expect(refusal(strict, `{CRYPT}${bcrypt().decoy?.encoded.replace("$10$", "$11$")}`).code).toBe("HASH_TOO_COSTLY");
  });

  it.each(["{CRYPT}", "{CRYPT}*", "{CRYPT}!!", "{CRYPT}{CRYPT}NOXZL1jYipEf.", "crypt$x$"])("refuses %s", (encoded) => {
    expect(refusal(format, encoded).code).toBe("HASH_DAMAGED");
  });

  it("needs a format other than itself", () => {
    expect(settingFaultsOf(cryptPrefixed({ formats: [] })).map((fault) => fault.path)).toEqual(["formats"]);
    expect(settingFaultsOf(cryptPrefixed({ formats: [cryptPrefixed()] })).map((fault) => fault.path)).toEqual([
      "formats",
    ]);
    expect(settingFaultsOf(format)).toEqual([]);
  });
});
