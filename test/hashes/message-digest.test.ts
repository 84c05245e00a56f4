import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type MessageDigestSettings, messageDigest, messageDigestFamily } from "../../lib/hashes/message-digest.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(messageDigestFamily);

const symfony = "g/bGm/z3C+ukxUeXBF/gdkFoWpjYrUmbS6o/Mf73PuZHsMlmQ7Cyl4jm86mFtULX/3o5xtyLu6gq9yNacWZteA==";

describe("messageDigest", () => {
  it("takes Clerk's form of Symfony's hash, and claims it", async () => {
    const encoded = `sha512_symfony$5000$saltySalt123$${symfony}`;
    expect(messageDigest().recognizes({ encoded })).toBe(true);
    expect(await verdict(messageDigest(), encoded, "sym fony")).toBe("match");
    expect(refusal(messageDigest(), `sha512_symfony$9999999$s$${symfony}`).code).toBe("HASH_TOO_COSTLY");
  });

  it("refuses a salt with braces, as Symfony does", () => {
    expect(() => messageDigest().parse({ encoded: symfony, salt: "a}b" })).toThrow("a salt with braces");
  });

  it("claims no salt in braces: it looks like an LDAP scheme", () => {
    const encoded = "{salt}eb753fb0c370582b4ee01b30f304b9fc";
    expect(messageDigest({ framework: "spring", algorithm: "md5" }).recognizes({ encoded })).toBe(false);
  });

  it("reports wrong settings", () => {
    const wrong = { framework: "rails", algorithm: "md6" } as unknown as MessageDigestSettings;
    expect(settingFaultsOf(messageDigest(wrong)).map((fault) => fault.path)).toEqual(["algorithm", "framework"]);
  });
});
