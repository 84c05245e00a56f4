import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type CsvSettings, csv } from "../../lib/imports/csv.ts";
import { encodeLossless } from "../../lib/protocols/lossless-text.ts";
import { around, describeImportFormat, type FileRow, recordsOf, unreadable } from "../contracts/import-format.ts";

const field = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const line = (values: readonly string[]) => `${values.map(field).join(",")}\n`;

describeImportFormat("csv", {
  open: csv,
  write: (rows: readonly FileRow[]) =>
    Buffer.from([line(Object.keys(rows[0] ?? {})), ...rows.map((row) => line(Object.values(row)))].join("")),
  lineOf: (index) => index + 2,
  huge: (chars) => around("id,email,disabled\n1,a@b.org,no\n2,", chars, ",no\n3,c@d.org,no\n"),
});

describe("csv", () => {
  const enabled = { enabled: true };
  const read = (text: string, settings: CsvSettings = enabled) => recordsOf(csv(settings), text);
  const names = async (text: string, settings?: CsvSettings) =>
    (await read(text, settings)).map((record) => (record.kind === "user" ? record.user.username : record.reason));

  it.each([",", ";", "\t"])("finds the delimiter %j by the header", async (delimiter) => {
    expect(await names(`id${delimiter}"user,;\tname"\n1${delimiter}2\n`, { user: user("user,;\tname") })).toEqual([
      "2",
    ]);
  });

  it("takes Excel's own first line for the delimiter", async () => {
    expect(await names("sep=;\r\nid;username\r\n1;ann,bob\r\n")).toEqual(["ann,bob"]);
  });

  it("refuses a header with two delimiters, unless the setting says which one it is", async () => {
    const text = "id;username;a,b\n1;ann;x\n";
    expect(await unreadable(read(text))).toMatch(/the header has "," and ";" outside quotes; say by `delimiter`/);
    expect(await names(text, { ...enabled, delimiter: ";" })).toEqual(["ann"]);
  });

  it.each([
    ["id,id\n", /two columns are called "id"/],
    ["id,user_id,enabled\n", /"id" and "user_id" both mean id; map them by `user`/],
    ["id,enabled,blocked\n", /columns for both enabled and disabled/],
    ["email,enabled\n", /no column for id/],
    [",,\n", /no column has a name/],
    ['id,"name\n', /the header has a quote that is never closed/],
    ["i\0d,name\n", /the header has a NUL character/],
    ["", /no header/],
    ["\n\r\n", /no header/],
  ])("refuses the header %j", async (text, message) => {
    expect(await unreadable(read(text))).toMatch(message);
  });

  it("needs a word on who is enabled", async () => {
    expect(await unreadable(read("id,email\n", {}))).toMatch(/set `enabled: true`/);
  });

  it("refuses rows of other lengths, and no others", async () => {
    expect(await names("id,username\n1\n2,bob,x\n3,cid\n")).toEqual([
      "1 fields, allowed are 2 as in the header",
      "3 fields, allowed are 2 as in the header",
      "cid",
    ]);
  });

  it("reads what stands in quotes, line ends too, and counts the lines on", async () => {
    const records = await read('id,username,name\r\n1,ann,"Ann\r\n""A."" Example"\r\n\r\n2,bob,Bob\r\n');
    expect(records).toMatchObject([
      { line: 2, user: { attributes: { name: 'Ann\r\n"A." Example' } } },
      { line: 5, user: { username: "bob" } },
    ]);
  });

  it("gives a column __proto__ to the mapping as its own", async () => {
    const mapped = { user: user("__proto__") };
    expect(await names("id,__proto__\n1,ann\n", mapped)).toEqual(["ann"]);
    expect(Object.hasOwn(Object.prototype, "ann")).toBe(false);
  });

  it("maps each of the usual columns", async () => {
    const columns = "UID;E-Mail;Phone Number;phone_verified;passwordHash;password salt;Active;firstName;gender;company";
    const values = "7;ann@example.org;+4915112345;t;abc123;pepper;1;Ann;W;Acme";
    expect(
      await read(`${columns};totp_secret;created_at;last_login;shoe_size\n${values};JBSWY3DPEHPK3PXP;0;;44\n`),
    ).toEqual([
      expect.objectContaining({
        kind: "refused",
        reason: "csv: `createdAt` is not usable, allowed is ISO 8601, or seconds or milliseconds since 1970",
      }),
    ]);
    const [record] = await read(`${columns};created_at;shoe_size\n${values};2026-01-02 03:04:05;44\n`);
    expect(record).toMatchObject({
      user: {
        ...{ id: "7", username: "ann@example.org", enabled: true, createdAt: "2026-01-02T03:04:05.000Z" },
        password: [{ encoded: "abc123", salt: "pepper" }],
        attributes: {
          ...{ email: "ann@example.org", phone_number: "+4915112345", phone_number_verified: "true" },
          ...{ given_name: "Ann", gender: "female", "custom:company": "Acme" },
        },
      },
    });
    expect(Object.keys(record?.kind === "user" ? record.user.attributes : {})).toHaveLength(6);
  });

  it("accounts for each byte of any file below the header", async () => {
    const byte = fc.constantFrom(...Buffer.from('",\n\r;ab'), 0, 0xff, 0xc3, 0xa9);
    const property = fc.asyncProperty(fc.array(byte, { maxLength: 80 }), async (bytes) => {
      const body = Buffer.from(bytes);
      const file = Buffer.concat([Buffer.from("id,username\n"), body]);
      const records = await recordsOf(csv(enabled), file);
      // Nothing is left out but line ends: what is between two records, and what is behind the last one.
      let at = 0;
      for (const { raw } of records) {
        while (body[at] === 0x0a || body[at] === 0x0d) at += 1;
        const found = Buffer.from(encodeLossless(raw));
        expect(body.subarray(at, at + found.length)).toEqual(found);
        at += found.length;
      }
      expect(body.subarray(at).every((one) => one === 0x0a || one === 0x0d)).toBe(true);
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  it("says what is wrong with its delimiter", () => {
    const wrong = { delimiter: "::" } as unknown as CsvSettings;
    expect(settingFaultsOf(csv(wrong)).map(({ path }) => path)).toEqual(["delimiter"]);
  });

  it("reads a file of one column with `user`", async () => {
    expect(await names("email\nann@example.org\n", { user: user("email") })).toEqual(["ann@example.org"]);
  });
});

function user(column: string): NonNullable<CsvSettings["user"]> {
  return (row) => ({ id: 1, username: row[column], enabled: true, attributes: {} });
}
