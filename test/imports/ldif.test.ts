import { describe, expect, it } from "vitest";
import { ldap } from "../../lib/hashes/ldap.ts";
import { ldif } from "../../lib/imports/ldif.ts";
import { encodeLossless } from "../../lib/protocols/lossless-text.ts";
import { cutRawChars, tooLong } from "../../lib/protocols/record-text.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("ldif", () => {
  it("reads active-directory.ldif", async () => {
    const records = await readAll(ldif(), fixture("active-directory.ldif"));
    expect(records.map(plain)).toEqual([
      {
        line: 1,
        id: "04030201-0605-0807-090a-0b0c0d0e0f10",
        source: "ldif",
        username: "ada",
        enabled: true,
        groups: ["Domain Engines"],
        passwordVersion: "133511814000000000",
        createdAt: "2024-01-31T09:30:00.000Z",
        lastSignInAt: "2024-01-31T13:30:00.000Z",
        attributes: { email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace" },
      },
      { line: 22, reason: "ldif: an entry that is no person, by its objectClass" },
      {
        line: 28,
        id: "04030211-0605-0807-090a-0b0c0d0e0f10",
        source: "ldif",
        username: "bob",
        enabled: false,
        groups: [],
        attributes: {},
      },
    ]);
  });

  it("reads openldap.ldif", async () => {
    const records = await readAll(ldif(), fixture("openldap.ldif"));
    expect(records.map(plain)).toEqual([
      { line: 4, reason: "ldif: an entry that is no person, by its objectClass" },
      {
        line: 10,
        id: "9f1b2c3d-0000-1000-8000-000000000001",
        source: "ldif",
        username: "ada",
        enabled: true,
        groups: ["engines, analytical"],
        password: [{ encoded: "{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO" }],
        createdAt: "2024-01-31T09:30:00.000Z",
        attributes: {
          email: "ada@example.com",
          phone_number: "+442079460999",
          name: "Ada, Countess of Lovelace",
          given_name: "Ada",
          family_name: "Lövelace",
          locale: "en-GB",
        },
      },
      {
        line: 27,
        id: "bob",
        source: "ldif",
        username: "bob",
        enabled: false,
        groups: [],
        attributes: { name: "Bob", family_name: "B" },
        plaintext: "in clear",
      },
      { line: 37, reason: "ldif: a change of an entry; only new ones are read" },
      { line: 40, reason: "ldif: the value of jpegPhoto stands in another file, which is not read" },
      {
        line: 47,
        id: "erin",
        source: "ldif",
        username: "erin",
        enabled: true,
        groups: [],
        attributes: { name: "Erin", family_name: "E" },
      },
    ]);
  });

  it("has passwords that the format ldap checks", async () => {
    const records = await readAll(ldif(), fixture("openldap.ldif"));
    const id = "9f1b2c3d-0000-1000-8000-000000000001";
    expect(await signIn(records, id, [ldap()], "test")).toBe("match");
    expect(await signIn(records, id, [ldap()], "tset")).toBe("mismatch");
  });

  it("checks each of several passwords, clear ones too", async () => {
    const records = await readAll(
      ldif(),
      person("userPassword: in clear\nuserPassword: {SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO\n"),
    );
    expect(await signIn(records, "ada", [ldap()], "in clear")).toBe("match");
    expect(await signIn(records, "ada", [ldap()], "test")).toBe("match");
    expect(await signIn(records, "ada", [ldap()], "neither")).toBe("mismatch");
  });

  it.each(["{SASL}ada@EXAMPLE", "{CRYPT}!", "{crypt}*", "!", "*LK*", "x"])("takes %s for no password", async (mark) => {
    const [record] = await readAll(ldif(), person(`userPassword: ${mark}\n`));
    const none = { plaintext: expect.anything(), password: expect.anything() };
    expect(record).toMatchObject({ kind: "user", user: expect.not.objectContaining({ plaintext: none.plaintext }) });
    expect(record).toMatchObject({ kind: "user", user: expect.not.objectContaining({ password: none.password }) });
  });

  it.each(["nsAccountLock: TRUE", "pwdAccountLockedTime: 000001010000Z"])(
    "knows by %s that an account is off",
    async (line) => {
      const [record] = await readAll(ldif(), person(`${line}\n`));
      expect(record).toMatchObject({ kind: "user", user: { enabled: false } });
    },
  );

  it("reads UTF-16 with its mark, as ldifde -u writes it", async () => {
    const bytes = Buffer.from(`\ufeff${fixture("active-directory.ldif").toString()}`, "utf16le");
    expect(ldif().recognizes(bytes, "users.ldf")).toBe(true);
    expect((await readAll(ldif(), bytes)).map(plain)).toEqual(
      (await readAll(ldif(), fixture("active-directory.ldif"))).map(plain),
    );
  });

  it("refuses an entry with bytes of no character, or one that is too long, and goes on", async () => {
    const bad = Buffer.from("dn: uid=eve\ncn: \xe4", "latin1");
    const long = Buffer.from(`dn: uid=eve\ncn: ${"x".repeat(700_000)}\nsn: ${"x".repeat(700_000)}\n more`);
    const longLine = Buffer.from(`dn: uid=eve\ncn: ${"x".repeat(1_100_000)}\nsn: x`);
    const end = Buffer.from("\n\n");
    const bytes = Buffer.concat([person(""), end, bad, end, long, end, longLine, end, person("")]);
    const records = await readAll(ldif(), bytes, 50_000);
    expect(records.map(({ kind, line }) => [kind, line])).toEqual([
      ["user", 1],
      ["refused", 6],
      ["refused", 9],
      ["refused", 14],
      ["user", 18],
    ]);
    expect(Buffer.from(encodeLossless(records[1]?.raw ?? ""))).toEqual(bad);
    expect(records[2]?.raw).toBe(long.toString().slice(0, cutRawChars));
    expect(records[3]?.raw).toBe(longLine.toString().slice(0, cutRawChars));
    expect(records.slice(2, 4).map((one) => one.kind === "refused" && one.reason)).toEqual(
      Array.from({ length: 2 }, () => `ldif: ${tooLong()}`),
    );
  });

  it.each([
    ["a value that is no Base64", "cn:: ###\n", "the value of cn is no Base64"],
    ["a line without a colon", "nonsense\n", "a line that is no attribute with its value"],
    ["a modification", "changetype: modify\n", "a change of an entry; only new ones are read"],
  ])("refuses an entry with %s and goes on", async (_, line, reason) => {
    const records = await readAll(ldif(), Buffer.concat([person(line), Buffer.from("\n"), person("")]));
    expect(records).toMatchObject([{ kind: "refused", reason: `ldif: ${reason}` }, { kind: "user" }]);
  });
});

function person(more: string): Uint8Array {
  return Buffer.from(`dn: uid=ada,dc=example\nobjectClass: inetOrgPerson\nuid: ada\n${more}`);
}
