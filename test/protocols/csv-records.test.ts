import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvRecordOptions, csvRecords } from "../../lib/protocols/csv-records.ts";
import { type OpenedText, readText } from "../../lib/protocols/opened-text.ts";
import { cutRawChars, maxRecordChars } from "../../lib/protocols/record-text.ts";
import { bytesOf, gathered, whole } from "./read-records.ts";

const read = (bytes: AsyncIterable<Uint8Array>, options: CsvRecordOptions = {}) =>
  gathered(readText("app", bytes, (file: OpenedText) => csvRecords(file, options)));

describe("rows of a CSV file", () => {
  const rows = async (text: string, options: CsvRecordOptions = {}) =>
    (await read(bytesOf(text), options)).map((one) => [one.line, "record" in one ? one.record : one.reason]);

  it("are what was written, whatever the fields", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "ä", "\\", "🔑") });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1 }), async (written) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = `a,b\r\n${written.map((row) => `${row.map(quoted).join(",")}\r\n`).join("")}`;
        const found = (await rows(text, { empty: "keep" })).map(([, row]) => row);
        expect(found).toEqual(written.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  it("begin where they stand, and are refused where they are not well formed", async () => {
    expect(await rows('a,b\n"1\n1",2\n\n1\n"x"y,2\n1,"{""k"":1}"\n1,{"k":1}\n  \n1,"lost\n3,')).toEqual([
      [2, { a: "1\n1", b: "2" }],
      [5, "1 fields, the header has 2"],
      [6, "text behind a closing quote, allowed is a delimiter; a quote within is doubled"],
      [7, { a: "1", b: '{"k":1}' }],
      [8, { a: "1", b: '{"k":1}' }],
      [10, "a quote that is never closed"],
      [11, { a: "3" }],
    ]);
  });

  it("take a column called __proto__ for a name like any other, and one without a name for none", async () => {
    const [record] = await read(bytesOf("__proto__, b ,,\nx,y,z,\n"));
    expect(record !== undefined && "record" in record && Object.entries(record.record)).toEqual([
      ["__proto__", "x"],
      ["b", "y"],
    ]);
  });

  it("have the columns that they are given, for files without a header", async () => {
    expect(await rows("1,2,\n1\n1,2,3\n", { columns: ["a", "b"], empty: "keep" })).toEqual([
      [1, { a: "1", b: "2" }],
      [2, { a: "1", b: "" }],
      [3, "3 fields, the header has 2"],
    ]);
  });

  it("may escape by a backslash instead of quotes", async () => {
    expect(await rows('a,b\n1\\, 2,"x"\r\n\\\\,\\n\n\n"1,"2\\', { escapesByBackslash: true })).toEqual([
      [2, { a: "1, 2", b: '"x"' }],
      [3, { a: "\\", b: "\\n" }],
      [5, { a: '"1', b: '"2\\' }],
    ]);
  });

  it.each([{}, { escapesByBackslash: true }])("that are too long are refused, and the next one is read", async (by) => {
    const text = `a,b\n"${'""'.repeat(maxRecordChars)}",2\n3,4\n`;
    const reason = `a record of more than ${maxRecordChars} characters, of which the first ${cutRawChars} are kept`;
    expect(await read(whole(text), by)).toMatchObject([
      { line: 2, raw: text.slice(4, 4 + cutRawChars), reason },
      { line: 3, raw: "3,4", record: { a: "3", b: "4" } },
    ]);
  });

  it.each([
    ["", "app: the file has no header"],
    ["a,a\n", 'app: line 1: two columns are called "a"'],
    ['\n"a"x,b\n', /^app: line 2: the header has text behind a closing quote/],
    ['"a,b\n', /^app: line 1: the header has a quote that is never closed/],
  ])("are not there in %j", async (text, message) => {
    await expect(rows(text)).rejects.toMatchObject({
      code: "IMPORT_UNREADABLE",
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });
});
