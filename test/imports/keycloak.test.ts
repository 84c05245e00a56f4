import { describe, expect, it } from "vitest";
import { keycloak as keycloakHash } from "../../lib/hashes/keycloak.ts";
import { keycloak } from "../../lib/imports/keycloak.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("keycloak", () => {
  it("reads keycloak.json", async () => {
    const records = await readAll(keycloak(), fixture("keycloak.json"));
    expect(records.map(plain)).toEqual([
      {
        line: 15,
        id: "95985b21-d884-4bbd-b852-cb8cd365afc2",
        source: "keycloak",
        username: "ada",
        enabled: true,
        groups: ["staff/engines"],
        password: [
          {
            format: "keycloak",
            encoded:
              '{"id":"b5b5","type":"password","userLabel":"mine","createdDate":1767604673211,"secretData":"{\\"value\\":\\"LjFqvhPuUHJdQvWIwVQfqxjeujAWqG/DVQRFoOv62/cTznl9ob4jwWwY6i1RrwGviu5iNPU5VIp03SxDyetyfw==\\",\\"salt\\":\\"jVqbuA9k2Mlo37OWXBMKLw==\\"}","credentialData":"{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\",\\"additionalParameters\\":{}}"}',
          },
        ],
        identities: [{ provider: "github", userId: "583231" }],
        createdAt: "2020-05-07T19:45:47.548Z",
        attributes: {
          team: "engines",
          phone_number: "+442079460999",
          phone_number_verified: "true",
          email: "ada@example.com",
          email_verified: "true",
          given_name: "Ada",
          family_name: "Lovelace",
          name: "Ada Lovelace",
        },
        totp: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
      },
      {
        line: 72,
        id: "95985b21-d884-4bbd-b852-cb8cd365afc3",
        source: "keycloak",
        username: "bob",
        enabled: false,
        groups: [],
        createdAt: "2020-05-07T19:45:47.548Z",
        attributes: { email: "bob@example.com", email_verified: "false" },
      },
      { line: 95, reason: "keycloak: a client's service account" },
      { line: 102, reason: "keycloak: `enabled` is missing, allowed are true and false" },
    ]);
  });

  it("has passwords that the format keycloak checks", async () => {
    const records = await readAll(keycloak(), fixture("keycloak.json"));
    const id = "95985b21-d884-4bbd-b852-cb8cd365afc2";
    expect(await signIn(records, id, [keycloakHash()], "password")).toBe("match");
    expect(await signIn(records, id, [keycloakHash()], "passwort")).toBe("mismatch");
  });

  it.each([
    ["a counter (HOTP)", { subType: "hotp", digits: 6 }],
    ["eight digits", { subType: "totp", digits: 8 }],
    ["SHA-512", { subType: "totp", algorithm: "HmacSHA512" }],
  ])("leaves out an authenticator with %s", async (_, data) => {
    const credential = {
      type: "otp",
      secretData: '{"value":"12345678901234567890"}',
      credentialData: JSON.stringify(data),
    };
    const [record] = await readAll(keycloak(), realm({ credentials: [credential] }));
    expect(record).toMatchObject({ kind: "user", user: expect.not.objectContaining({ totp: expect.anything() }) });
  });

  it("takes a secret that says it is Base32 as it is", async () => {
    const secretData = '{"value":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","secretEncoding":"BASE32"}';
    const [record] = await readAll(keycloak(), realm({ credentials: [{ type: "otp", secretData }] }));
    expect(record === undefined ? record : plain(record)).toMatchObject({ totp: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" });
  });

  it("takes no temporary password, and one in clear as it is", async () => {
    const password = { type: "password", value: "by hand" };
    const bytes = (temporary: boolean) => realm({ credentials: [{ ...password, temporary }] });
    const [lasting] = await readAll(keycloak(), bytes(false));
    const [temporary] = await readAll(keycloak(), bytes(true));
    expect(lasting === undefined ? lasting : plain(lasting)).toMatchObject({ plaintext: "by hand" });
    expect(temporary).toMatchObject({
      kind: "user",
      user: expect.not.objectContaining({ plaintext: expect.anything() }),
    });
  });

  it("takes a verified address from its own member alone, not from an attribute of that name", async () => {
    const [record] = await readAll(
      keycloak(),
      realm({ email: "a@example.com", attributes: { email_verified: ["true"] } }),
    );
    expect(record === undefined ? record : plain(record)).toMatchObject({ attributes: { email: "a@example.com" } });
    expect(record).not.toMatchObject({ user: { attributes: { email_verified: "true" } } });
  });

  it("refuses a realm without users", async () => {
    const bytes = Buffer.from('{"realm":"demo","sslRequired":"external","clients":[{"users":[{"id":"1"}]}]}');
    await expect(readAll(keycloak(), bytes)).rejects.toMatchObject({
      code: "IMPORT_UNREADABLE",
      message: "keycloak: no list `users`",
    });
  });
});

function realm(user: object): Uint8Array {
  return Buffer.from(JSON.stringify({ realm: "demo", users: [{ id: "1", username: "ada", enabled: true, ...user }] }));
}
