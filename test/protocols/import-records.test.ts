import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRows, jsonElements, jsonLines } from "../../lib/protocols/import-records.ts";
import { maxRecordDepth, maxRecordLength } from "../../lib/protocols/import-text.ts";

async function* bytesOf(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
}

/** Large texts in large pieces. */
async function* whole(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function all<One>(records: AsyncIterable<One>): Promise<readonly One[]> {
  const list: One[] = [];
  for await (const record of records) list.push(record);
  return list;
}

const unreadable = expect.objectContaining({ code: "IMPORT_UNREADABLE" });

describe("JSON lines", () => {
  it("begin where they stand, without the empty ones", async () => {
    expect(await all(jsonLines(bytesOf('\ufeff{"a":1}\r\n\n  \n[2]\n{"b":\n3')))).toEqual([
      { line: 1, raw: '{"a":1}', value: { a: 1 } },
      { line: 4, raw: "[2]", value: [2] },
      { line: 5, raw: '{"b":', reason: "no JSON" },
      { line: 6, raw: "3", value: 3 },
    ]);
  });

  it("that are too long or too deep are refused, and the next one is read", async () => {
    const long = `"${"x".repeat(maxRecordLength)}"`;
    const deep = "[".repeat(maxRecordDepth + 1) + "]".repeat(maxRecordDepth + 1);
    const records = await all(jsonLines(whole(`${long}\n${deep}\n"${"[".repeat(99)}"\n`)));
    expect(records.map(({ line, ...record }) => [line, "reason" in record ? record.reason : "read"])).toEqual([
      [1, "longer than 1048576 characters"],
      [2, "more than 64 objects and lists in one another"],
      [3, "read"],
    ]);
    expect(records[0]?.raw.length).toBe(maxRecordLength);
  });

  it("of an unknown encoding are not read", async () => {
    await expect(all(jsonLines(bytesOf(Buffer.from([0x22, 0xe4, 0x22, 0x0a]))))).rejects.toEqual(unreadable);
  });
});

describe("elements of a JSON list", () => {
  it("are what JSON.parse has of them, whatever stands around the list", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.jsonValue(), fc.boolean(), async (list, other, pretty) => {
        const document = { other, nested: { users: [other] }, 'a"b': "users", users: list, last: [other] };
        const text = JSON.stringify(document, null, pretty ? 2 : 0);
        const records = await all(jsonElements(bytesOf(text), ["users"]));
        const deep = records.filter((record) => "reason" in record);
        expect(deep).toEqual([]);
        expect(records.map((record) => ("value" in record ? record.value : undefined))).toEqual(
          JSON.parse(JSON.stringify(list)),
        );
      }),
    );
  });

  it("are found along a path of several keys, and in a document that is the list", async () => {
    const text = '{"x":{"users":[0]},"realm":{"users":[1,{"users":[9]}]}}';
    expect((await all(jsonElements(bytesOf(text), ["realm", "users"]))).map(({ raw }) => raw)).toEqual([
      "1",
      '{"users":[9]}',
    ]);
    expect((await all(jsonElements(bytesOf(" [ 1 ,\n{} ]\n")))).map(({ line, raw }) => [line, raw])).toEqual([
      [1, "1"],
      [2, "{}"],
    ]);
    expect(await all(jsonElements(bytesOf("[ ]")))).toEqual([]);
  });

  it("that are no JSON are refused one by one", async () => {
    const records = await all(jsonElements(bytesOf('[{"a":tru},{"b":"]"},,{"c":1}]')));
    expect(records.map((record) => ("reason" in record ? record.reason : record.value))).toEqual([
      "no JSON",
      { b: "]" },
      "no JSON",
      { c: 1 },
    ]);
  });

  it("that are too long are refused, and the next one is read", async () => {
    const records = await all(jsonElements(whole(`["${"x".repeat(maxRecordLength)}",2]`)));
    expect(records).toMatchObject([{ reason: "longer than 1048576 characters" }, { value: 2 }]);
  });

  it.each([
    "",
    "[1",
    '{"users":[1]',
    '{"users":{}}',
    "{}",
    "nonsense",
    "]",
    "[1]]",
    "[1}",
    '{"users":[1]} x',
    '["users",[1]]',
  ])("are not all there in %j", async (text) => {
    await expect(all(jsonElements(bytesOf(text), text.startsWith("[1") ? [] : ["users"]))).rejects.toEqual(unreadable);
  });
});

describe("rows of a CSV file", () => {
  const rows = async (text: string, options: Partial<Parameters<typeof csvRows>[1]> = {}) => {
    const records = await all(csvRows(bytesOf(text), { delimiter: ",", ...options }));
    return records.map((record) => [record.line, "row" in record ? Object.fromEntries(record.row) : record.reason]);
  };

  it("are what was written, whatever the fields", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "ä", "\\", "🔑") });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1 }), async (written) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = `a,b\r\n${written.map((row) => `${row.map(quoted).join(",")}\r\n`).join("")}`;
        expect((await rows(text)).map(([, row]) => row)).toEqual(written.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  it("begin where they stand, and are refused where they are not well formed", async () => {
    expect(await rows('a,b\n"1\n1",2\n\n1\n"x"y,2\n1,"{""k"":1}"\n1,{"k":1}')).toEqual([
      [2, { a: "1\n1", b: "2" }],
      [5, "1 fields, the header has 2"],
      [6, "a quote within a quoted field"],
      [7, { a: "1", b: '{"k":1}' }],
      [8, { a: "1", b: '{"k":1}' }],
    ]);
  });

  it("take a column called __proto__ for a name like any other", async () => {
    const [record] = await all(csvRows(bytesOf("__proto__,b\nx,y\n"), { delimiter: "," }));
    expect(record).toMatchObject({
      row: new Map([
        ["__proto__", "x"],
        ["b", "y"],
      ]),
    });
  });

  it("have the columns that they are given, for files without a header", async () => {
    expect(await rows("1,2,\n1\n1,2,3\n", { columns: ["a", "b"] })).toEqual([
      [1, { a: "1", b: "2" }],
      [2, { a: "1", b: "" }],
      [3, "3 fields, the header has 2"],
    ]);
  });

  it("may escape by a backslash instead of quotes", async () => {
    expect(await rows('a,b\n1\\, 2,"x"\n\\\\,\\n\n', { escapesByBackslash: true })).toEqual([
      [2, { a: "1, 2", b: '"x"' }],
      [3, { a: "\\", b: "\\n" }],
    ]);
  });

  it("that are too long are refused, and the next one is read", async () => {
    const text = `a,b\n"${'""'.repeat(maxRecordLength)}",2\n3,4\n`;
    const records = await all(csvRows(whole(text), { delimiter: "," }));
    expect(records).toMatchObject([
      { line: 2, reason: "longer than 1048576 characters" },
      { line: 3, raw: "3,4" },
    ]);
  });

  it.each(["", "a,a\n", 'a,b\n"1,2\n', '"a"x,b\n'])("are not there in %j", async (text) => {
    await expect(rows(text)).rejects.toEqual(unreadable);
  });
});
