import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { ldap, ldapFamily } from "../../lib/hashes/ldap.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(ldapFamily);

describe("ldap", () => {
  it("takes clear text in rows that name the format alone", async () => {
    const parsed = ldap().parse({ encoded: "clear", format: "ldap" });
    const signal = new AbortController().signal;
    expect(await parsed.verify(Secret.fromText("clear"), signal)).toBe("match");
    expect(await parsed.verify(Secret.fromText("clea"), signal)).toBe("mismatch");
    expect(ldap().recognizes({ encoded: "clear" })).toBe(false);
    expect(refusal(ldap(), "clear").code).toBe("HASH_DAMAGED");
  });

  it.each(["!", "!!", "*", "*0", "*LK*", "x"])("refuses %s also where passwords stand in clear", (encoded) => {
    expect(() => ldap().parse({ encoded, format: "ldap" })).toThrow("unusable account");
  });

  it.each([
    ["an empty digest", "{SHA}"],
    ["garbage that a lax decoder skips", "{SSHA}****"],
    ["a digest without salt", `{SSHA}${Buffer.alloc(20, 1).toString("base64")}`],
    ["a digest of another length", `{SHA256}${Buffer.alloc(20, 1).toString("base64")}`],
    ["an unknown scheme", `{SHA3}${Buffer.alloc(32, 1).toString("base64")}`],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(ldap(), encoded).code).toBe("HASH_DAMAGED");
  });
});
