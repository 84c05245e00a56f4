import { describe, expect, it } from "vitest";
import { json } from "../../lib/imports/json.ts";
import { around, describeImportFormat, recordsOf, unreadable } from "../contracts/import-format.ts";

describeImportFormat("json", {
  open: json,
  write: (rows) => Buffer.from(`[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`),
  lineOf: (index) => index + 2,
  huge: (chars) =>
    around(
      '[{"id":1,"email":"a@b.org","disabled":false},{"id":2,"email":"',
      chars,
      '"},{"id":3,"email":"c@d.org","disabled":false}]',
    ),
});

describe("json", () => {
  const user = '{"id":1,"username":"ann","enabled":true}';
  const seen = async (text: string) =>
    (await recordsOf(json(), text)).map((record) => [record.line, record.kind === "user" ? "user" : record.reason]);

  it("reads no user out of an empty array", async () => {
    expect(await seen(" [ ] \n")).toEqual([]);
  });

  it("reads elements over several lines, with brackets and quotes in their texts", async () => {
    const text = `[\r\n{"id":1,\r\n"username":"[{\\"}\\\\","enabled":true},${user}\r,\n${user}]`;
    expect(await seen(text)).toEqual([
      [2, "user"],
      [3, "user"],
      [5, "user"],
    ]);
  });

  it.each([
    ["1", "no JSON object"],
    ["null", "no JSON object"],
    ["[1,2]", "no JSON object"],
    ['{"id":1 "a":2}', "no valid JSON"],
    [`${user} ${user}`, "no valid JSON"],
    ['{"id":1]', "no valid JSON"],
    ["", "no element beside a comma"],
  ])("refuses the element %j and reads the next one", async (element, reason) => {
    expect(await seen(`[${element},${user}]`)).toEqual([
      [1, reason],
      [1, "user"],
    ]);
  });

  it("refuses what a comma before the end leaves open", async () => {
    expect(await seen(`[${user},\n]`)).toEqual([
      [1, "user"],
      [2, "no element beside a comma"],
    ]);
  });

  it.each([
    [`[${user}`, /line 1: the file ends before its array does/],
    [`[${user},\n`, /the file ends before its array does/],
    [`[${user}]\n\nx`, /line 3: text behind the array's end/],
    [`[${user}]]`, /text behind the array's end/],
    [user, /no JSON array: the file has to begin with \[/],
    ["", /no JSON array/],
    [`[{"id":1,"x":"${user}]`, /the file ends before its array does/],
  ])("cannot read %j", async (text, message) => {
    expect(await unreadable(recordsOf(json(), text))).toMatch(message);
  });

  it("gives the users before the place at which it cannot go on", async () => {
    const found: string[] = [];
    async function* bytes() {
      yield Buffer.from(`[${user},${user}]x`);
    }
    const read = async () => {
      for await (const { kind } of json().read(bytes())) found.push(kind);
    };
    expect(await unreadable(read())).toMatch(/text behind/);
    expect(found).toEqual(["user", "user"]);
  });
});
