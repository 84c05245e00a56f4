import { describe, expect, it } from "vitest";
import { ndjson } from "../../lib/imports/ndjson.ts";
import { around, describeImportFormat, recordsOf } from "../contracts/import-format.ts";

describeImportFormat("ndjson", {
  open: ndjson,
  write: (rows) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join("")),
  lineOf: (index) => index + 1,
  huge: (chars) =>
    around(
      '{"id":1,"email":"a@b.org","disabled":false}\n{"id":2,"email":"',
      chars,
      '"}\n{"id":3,"email":"c@d.org","disabled":false}',
    ),
});

describe("ndjson", () => {
  const user = '{"id":1,"username":"ann","enabled":true}';
  const reasons = async (text: string) =>
    (await recordsOf(ndjson(), text)).map((record) => (record.kind === "user" ? record.line : record.reason));

  it("passes over blank lines and counts them", async () => {
    expect(await reasons(`\n${user}\r\n  \t\n\r\n${user}`)).toEqual([2, 5]);
  });

  it("takes a number, a truth value and a time for what they are", async () => {
    const [record] = await recordsOf(
      ndjson(),
      '{"id":9007199254740991,"login":"ann","blocked":false,"email_verified":false,"created_at":1767323045}',
    );
    expect(record).toMatchObject({
      user: {
        ...{ id: "9007199254740991", username: "ann", enabled: true, createdAt: "2026-01-02T03:04:05.000Z" },
        attributes: { email_verified: "false" },
      },
    });
  });

  it.each([
    ["[1]", "no JSON object"],
    ["null", "no JSON object"],
    ['{"id":1', "no valid JSON"],
    [`${user} ${user}`, "no valid JSON"],
    ['{"id":1,"id":2,"username":"ann","enabled":true}', "a member that stands there twice"],
    ['{"id":1,"i\\u0064" :2,"username":"ann","enabled":true}', "a member that stands there twice"],
    ['{"id":1,"x":{"a" : 1, "a":2},"username":"ann","enabled":true}', "a member that stands there twice"],
    ['{"id":1,"__proto__":{"enabled":true},"username":"ann"}', "a member called __proto__"],
    ['{"id":1,"x":[{"__proto__":1}],"username":"ann","enabled":true}', "a member called __proto__"],
    ['{"id":1,"username":"ann\\ud800","enabled":true}', "an escape that is half a character"],
    ['{"id":1,"username":"ann\\u0000","enabled":true}', "a NUL character"],
    [`{"id":1,"x":${"[".repeat(40)}${"]".repeat(40)}}`, "more than 32 levels"],
    [`{"id":1,"x":${"[".repeat(400_000)}${"]".repeat(400_000)}}`, "more than 32 levels"],
    [
      '{"id":{"$oid":"1"},"username":"ann","enabled":true}',
      "ndjson: `id` is of the type object, allowed is a text of 1 to 512 characters or a whole number",
    ],
    [
      '{"id":1,"username":"ann","enabled":"perhaps"}',
      "`enabled` is neither yes nor no; allowed are true, t, yes, y, 1, on and false, f, no, n, 0, off",
    ],
    ['{"id":1,"user_id":2,"username":"ann","enabled":true}', '"id" and "user_id" both mean id; map them by `user`'],
  ])("refuses %.80s and reads the next line", async (line, reason) => {
    expect(await reasons(`${line}\n${user}`)).toEqual([reason, 2]);
  });

  it("takes a colon in a text for no member", async () => {
    expect(await reasons('{"id":1,"username":"\\":\\": :","name":"a :b","enabled":true}')).toEqual([1]);
  });
});
