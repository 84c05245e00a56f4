import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonListRecords, jsonRecords } from "../../lib/protocols/json-records.ts";
import { encodeLossless } from "../../lib/protocols/lossless-text.ts";
import { type OpenedText, readText } from "../../lib/protocols/opened-text.ts";
import { cutRawChars, maxRecordChars } from "../../lib/protocols/record-text.ts";
import { bytesOf, gathered, whole } from "./read-records.ts";

const records = (bytes: AsyncIterable<Uint8Array>) => gathered(readText("app", bytes, jsonRecords));
const elements = (bytes: AsyncIterable<Uint8Array>, path: readonly string[] = []) =>
  gathered(readText("app", bytes, (file: OpenedText) => jsonListRecords(file, path)));

const unreadable = expect.objectContaining({ code: "IMPORT_UNREADABLE" });
const long = `a record of more than ${maxRecordChars} characters, of which the first ${cutRawChars} are kept`;

describe("JSON lines", () => {
  it("begin where they stand, without the empty ones", async () => {
    expect(await records(bytesOf('\ufeff{"a":1}\r\n\n  \n[2]\n{"b":\n3\n{"c":[{}]}'))).toEqual([
      { line: 1, raw: '{"a":1}', record: { a: 1 } },
      { line: 4, raw: "[2]", reason: "no JSON object" },
      { line: 5, raw: '{"b":', reason: "no valid JSON" },
      { line: 6, raw: "3", reason: "no JSON object" },
      { line: 7, raw: '{"c":[{}]}', record: { c: [{}] } },
    ]);
  });

  it("that are too long or too deep are refused, and the next one is read", async () => {
    const text = `{"a":"${"x".repeat(maxRecordChars)}"}`;
    const deep = `{"a":${"[".repeat(32)}${"]".repeat(32)}}`;
    const read = await records(whole(`${text}\n${deep}\n{"a":"${"[".repeat(99)}"}\n`));
    expect(read.map(({ line, ...record }) => [line, "reason" in record ? record.reason : "read"])).toEqual([
      [1, long],
      [2, "more than 32 levels"],
      [3, "read"],
    ]);
    expect(read[0]?.raw).toBe(text.slice(0, cutRawChars));
  });

  it("with bytes of no character are refused one by one, and give these bytes back", async () => {
    const bad = Buffer.from('{"a":"ä"}', "latin1");
    const read = await records(bytesOf(Buffer.concat([Buffer.from("{}\n"), bad, Buffer.from('\n{"b":1}')])));
    expect(read.map((one) => ("record" in one ? one.record : one.line))).toEqual([{}, 2, { b: 1 }]);
    expect(Buffer.from(encodeLossless(read[1]?.raw ?? ""))).toEqual(bad);
  });

  it("and a list of the same objects are the same records", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), async (list) => {
        const texts = list.map((one) => JSON.stringify(one));
        const rawOf = (all: Awaited<ReturnType<typeof records>>) => all.map(({ line: _, ...one }) => one);
        const [lines, found] = [bytesOf(texts.join("\n")), bytesOf(`\n [${texts.join(" ,\n")}]`)];
        expect(rawOf(await records(found))).toEqual(rawOf(await records(lines)));
      }),
    );
  });
});

describe("elements of a JSON list", () => {
  it("are what JSON.parse has of them, whatever stands around the list", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.jsonValue(),
        fc.boolean(),
        async (list, other, pretty) => {
          const document = { other, nested: { users: [other] }, 'a"b': "users", users: list, last: [other] };
          const text = JSON.stringify(document, null, pretty ? 2 : 0);
          const read = await elements(bytesOf(text), ["users"]);
          expect(read.map((one) => ("record" in one ? one.record : one.reason))).toEqual(
            JSON.parse(JSON.stringify(list)),
          );
          // Each as it stands there, at its line.
          const lines = text.split("\n");
          for (const { line, raw } of read) {
            const rows = raw.split("\n").length;
            expect(lines.slice(line - 1, line - 1 + rows).join("\n")).toContain(raw);
          }
        },
      ),
    );
  });

  it("are found along a path of several keys, and in a document that is the list", async () => {
    const text = '{"x":{"users":[{"a":0}]},"realm":{"users":[{"a":1},{"users":[9]}]}}';
    expect((await elements(bytesOf(text), ["realm", "users"])).map(({ raw }) => raw)).toEqual([
      '{"a":1}',
      '{"users":[9]}',
    ]);
    expect((await elements(bytesOf(" [ 1 ,\n{} ]\n"))).map(({ line, raw }) => [line, raw])).toEqual([
      [1, "1"],
      [2, "{}"],
    ]);
    expect(await elements(bytesOf("[ ]"))).toEqual([]);
  });

  it("are those of each list at the path, at the lines where they stand", async () => {
    const text = '{\r\n"users":[\r\n{"a":1}],"b":"]\\"}",\r\n"users" : [\n{"a":2},\n\n{"a":3}\r]\n}\r\n';
    expect((await elements(bytesOf(text), ["users"])).map(({ line, raw }) => [line, raw])).toEqual([
      [3, '{"a":1}'],
      [5, '{"a":2}'],
      [7, '{"a":3}'],
    ]);
  });

  it("that are no JSON are refused one by one", async () => {
    const read = await elements(bytesOf('[{"a":tru},{"b":"]"},,{"c":1}]'));
    expect(read.map((one) => ("reason" in one ? one.reason : one.record))).toEqual([
      "no valid JSON",
      { b: "]" },
      "no element beside a comma",
      { c: 1 },
    ]);
  });

  it("that are too long are refused, and the next one is read", async () => {
    const read = await elements(whole(`{"users":["${"x".repeat(maxRecordChars)}",{}]}`), ["users"]);
    expect(read).toMatchObject([{ reason: long }, { record: {} }]);
  });

  it("stand behind whatever is larger than a record may be", async () => {
    const filler = JSON.stringify({ [`${"k".repeat(maxRecordChars)}users`]: ["x\n\\".repeat(maxRecordChars / 2)] });
    const read = await elements(whole(`{"a":${filler},\n"users":[{"b":1}],"c":${filler}}`), ["users"]);
    expect(read).toEqual([{ line: 2, raw: '{"b":1}', record: { b: 1 } }]);
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
    await expect(elements(bytesOf(text), text.startsWith("[1") ? [] : ["users"])).rejects.toEqual(unreadable);
  });

  it.each([
    ["{}", "app: no list `users`"],
    ['{"users":[{}\n', "app: line 1: the file ends before its object does"],
    ['{"users":[]}\r\n\r\nx', "app: line 3: text behind the object's end"],
    ["[]", "app: line 1: no JSON object: the file has to begin with {"],
  ])("of %j are not there, which is said", async (text, message) => {
    await expect(elements(bytesOf(text), ["users"])).rejects.toMatchObject({ message });
  });
});
