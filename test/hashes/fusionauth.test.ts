import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { fusionauth, fusionauthFamily } from "../../lib/hashes/fusionauth.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(fusionauthFamily);

const row = {
  format: "fusionauth",
  encoded: "Nz6r9nFbQciP1fCeOx9Q1b8sC8xg2YEIJXeKt17ZQUKOEAtXH/pLTOQcTGT1e0fk",
  salt: "vywLzGDZgQgld4q3XtlBQo4QC1cf+ktM5BxMZPV7R+Q=",
};

describe("fusionauth", () => {
  it("knows a plug-in by the name that the settings give it", async () => {
    const format = fusionauth({ schemes: { "our-md5": "md5-salt-appended" } });
    const parsed = format.parse({ ...row, params: { encryptionScheme: "our-md5", factor: 1 } });
    expect(await parsed.verify(Secret.fromText("password"), new AbortController().signal)).toBe("match");
  });

  it("takes the factor as the text that a CSV file has", async () => {
    const parsed = fusionauth().parse({ ...row, params: { encryptionScheme: "md5-salt-appended", factor: "1" } });
    expect(await parsed.verify(Secret.fromText("password"), new AbortController().signal)).toBe("match");
  });

  it.each([
    ["no scheme", { factor: 1 }],
    ["an unknown scheme", { encryptionScheme: "our-md5", factor: 1 }],
    ["a scheme that is a name of every object", { encryptionScheme: "constructor", factor: 1 }],
    ["no factor", { encryptionScheme: "md5-salt-appended" }],
    ["a factor of no rounds", { encryptionScheme: "md5-salt-appended", factor: 0 }],
  ])("refuses %s", (_, params) => {
    expect(() => fusionauth().parse({ ...row, params })).toThrow(expect.objectContaining({ code: "HASH_DAMAGED" }));
  });

  it("refuses another salt behind the digest than beside it", () => {
    const params = { encryptionScheme: "md5-salt-appended", factor: 1 };
    const salt = Buffer.alloc(32).toString("base64");
    expect(() => fusionauth().parse({ ...row, salt, params })).toThrow("another salt");
  });

  it("reports a plug-in's scheme that it does not know", () => {
    const schemes: Record<string, "bcrypt"> = JSON.parse('{"ours":"rot13"}');
    expect(settingFaultsOf(fusionauth({ schemes })).map(({ path }) => path)).toEqual(["schemes.ours"]);
  });
});
