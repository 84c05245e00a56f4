import { describe, expect, it } from "vitest";
import { fusionauth as fusionauthHash } from "../../lib/hashes/fusionauth.ts";
import { fusionauth } from "../../lib/imports/fusionauth.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("fusionauth", () => {
  it("reads fusionauth.json", async () => {
    const records = await readAll(fusionauth(), fixture("fusionauth.json"));
    expect(records.map(plain)).toEqual([
      {
        line: 3,
        id: "00000000-0000-0001-0000-000000000000",
        source: "fusionauth",
        username: "ada",
        enabled: true,
        password: [
          {
            format: "fusionauth",
            salt: "sOVzBdmZqphCnBBGPNc2Sw==",
            params: { encryptionScheme: "salted-pbkdf2-hmac-sha256", factor: 1000 },
            encoded: "1r6ijY0iMM3KZ1u2yF+PCNn1aGMRMdtFz11Lq5vqLs4=",
          },
        ],
        createdAt: "2012-03-11T07:00:00.000Z",
        lastSignInAt: "2017-02-05T19:48:47.000Z",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+442079460999",
          name: "Ada Lovelace",
          given_name: "Ada",
          family_name: "Lovelace",
          birthdate: "1976-05-30",
          picture: "https://s.example.com/ada.png",
          zoneinfo: "Europe/London",
          locale: "en",
        },
        totp: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
      },
      {
        line: 52,
        id: "00000000-0000-0001-0000-000000000001",
        source: "fusionauth",
        username: "bob@example.com",
        enabled: false,
        attributes: { email: "bob@example.com", email_verified: "false" },
      },
      {
        line: 62,
        reason:
          "fusionauth: `password` without `encryptionScheme` and `factor`; give the reader those of the whole file",
      },
      { line: 67, reason: "fusionauth: no JSON object" },
    ]);
  });

  it("has passwords that the format fusionauth checks", async () => {
    const records = await readAll(fusionauth(), fixture("fusionauth.json"));
    const id = "00000000-0000-0001-0000-000000000000";
    expect(await signIn(records, id, [fusionauthHash()], "pässwörd 密码🔑")).toBe("match");
    expect(await signIn(records, id, [fusionauthHash()], "password")).toBe("mismatch");
  });

  it("takes the scheme of the whole file from its settings", async () => {
    const records = await readAll(fusionauth({ encryptionScheme: "bcrypt", factor: 10 }), fixture("fusionauth.json"));
    const password = [{ format: "fusionauth", encoded: "x", params: { encryptionScheme: "bcrypt", factor: 10 } }];
    expect(records[2]).toMatchObject({ kind: "user", user: { username: "no-scheme@example.com", password } });
  });

  it.each([
    ["an authenticator of eight digits", { codeLength: 8 }],
    ["one with SHA-256", { algorithm: "HmacSHA256" }],
  ])("leaves out %s", async (_, authenticator) => {
    const method = { method: "authenticator", secret: "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", authenticator };
    const users = [{ id: "1", email: "a@example.com", twoFactor: { methods: [method] } }];
    const [record] = await readAll(fusionauth(), Buffer.from(JSON.stringify({ users })));
    expect(record).toMatchObject({ kind: "user", user: expect.not.objectContaining({ totp: expect.anything() }) });
  });
});
