import { bcrypt as makeBcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { bcrypt, bcryptFamily } from "../../lib/hashes/bcrypt.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

// passlib refuses this `$2x$` string because it cannot compute that variant; here it is an ordinary hash of another
// password.
describeFamily(bcryptFamily, {
  exception: (vector) => (vector.params.malformed === true && vector.hash.startsWith("$2x$") ? "no-match" : undefined),
});

/** 72 times "a", hashed by python3-bcrypt 3.2.2; libxcrypt, passlib and PHP agree. */
const manyA = "05$E87ZXCMxYEy1G0Zan1PQYOpRfM887K8Zg.6O9Br3zxdwakaCkUmHe";

describe("bcrypt", () => {
  it("cuts a password to 72 bytes, as bcrypt itself does", async () => {
    expect(await verdict(bcrypt(), `$2b$${manyA}`, "a".repeat(72))).toBe("match");
    expect(await verdict(bcrypt(), `$2b$${manyA}`, `${"a".repeat(72)}tail`)).toBe("match");
    expect(await verdict(bcrypt(), `$2b$${manyA}`, "a".repeat(71))).toBe("mismatch");
  });

  it("repeats a password without a NUL for $2$, the first version", async () => {
    expect(await verdict(bcrypt(), `$2$${manyA}`, "a")).toBe("match");
    expect(await verdict(bcrypt(), `$2$${manyA}`, "aaa")).toBe("match");
    expect(await verdict(bcrypt(), `$2b$${manyA}`, "a")).toBe("mismatch");
    expect(await verdict(bcrypt(), `$2$${manyA}`, "")).toBe("mismatch");
  });

  it("refuses a cost over the bound and names both", () => {
    const hash = bcrypt().decoy?.encoded.replace("$10$", "$15$") ?? "";
    expect(refusal(bcrypt(), hash)).toEqual({
      code: "HASH_TOO_COSTLY",
      message: "bcrypt: 15 as cost, allowed 4 to 14",
    });
    expect(bcrypt({ maxCost: 15 }).parse({ encoded: hash }).costMs).toBeGreaterThan(2000);
  });

  it.each(["03", "00"])("refuses cost %s, which does not exist", (cost) => {
    const hash = bcrypt().decoy?.encoded.replace("$10$", `$${cost}$`) ?? "";
    expect(refusal(bcrypt(), hash).code).toBe("HASH_DAMAGED");
  });

  it.each([9, 17, 12.5, Number.NaN])("reports maxCost %s", (maxCost) => {
    expect(settingFaultsOf(bcrypt({ maxCost }))).toEqual([
      { path: "maxCost", message: `${maxCost}, allowed whole numbers 10 to 16, default 14` },
    ]);
  });

  it.each(["{BLF-CRYPT}", "{BCRYPT}", "{bcrypt}", "bcrypt$", ""])("claims %j before the string", async (prefix) => {
    const encoded = `${prefix}$2b$${manyA}`;
    expect(bcrypt().recognizes({ encoded })).toBe(true);
    expect(await verdict(bcrypt(), encoded, "a".repeat(72))).toBe("match");
  });

  it("leaves strings with their pepper behind them to bcrypt-tagged", () => {
    expect(bcrypt().recognizes({ encoded: `$2b$${manyA}$pepper` })).toBe(false);
  });

  it("ends the password at its first NUL only where that is set", async () => {
    const encoded = await hashOf("x");
    expect(await verdict(bcrypt(), encoded, "x\0y")).toBe("mismatch");
    expect(await verdict(bcrypt({ cutAtNul: true }), encoded, "x\0y")).toBe("match");
  });
});

function hashOf(password: string): Promise<string> {
  return makeBcrypt({ password, salt: Buffer.alloc(16, 7), costFactor: 4, outputType: "encoded" });
}
