import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvLimits, type CsvRow, CsvSplitter } from "../../lib/protocols/csv-rows.ts";
import { cutRawChars, lineEnds, maxRecordChars } from "../../lib/protocols/record-text.ts";

/** The rows of a text that comes in these pieces. */
function split(pieces: readonly string[], delimiter = ",", limits?: CsvLimits): readonly CsvRow[] {
  const splitter = new CsvSplitter(delimiter, limits);
  return [...pieces, undefined].flatMap((piece) =>
    splitter.push({ text: piece ?? "", suspect: true, last: piece === undefined }),
  );
}

const fieldsOf = (text: string) => split([text]).map((row) => (row.kind === "row" ? row.fields : row.reason));

// Short texts of the characters that mean something here.
const hostile = fc.array(fc.constantFrom('"', '"', ",", "\n", "\r", "\r\n", "a", "b", "\0", "\udc80", "é"), {
  maxLength: 60,
});
const smallLimits: CsvLimits = { recordChars: 12, quotedLines: 2 };

describe("CsvSplitter", () => {
  it("reads quotes, doubled quotes and line ends in quotes", () => {
    expect(fieldsOf('a,"b,c","d ""e""",""\n"x\ny",z,,\r\n')).toEqual([
      ["a", "b,c", 'd "e"', ""],
      ["x\ny", "z", "", ""],
    ]);
  });

  it("takes a quote inside an unquoted field as text", () => {
    expect(fieldsOf('5" disk,b\n')).toEqual([['5" disk', "b"]]);
  });

  it.each(["\n", "\r\n", "\r"])("ends lines by %j, counts them, and has no record for an empty one", (end) => {
    const rows = split([["a,b", "", `"c${end}d",e`, "f,g"].join(end)]);
    expect(rows.map(({ line, raw }) => [line, raw])).toEqual([
      [1, "a,b"],
      [3, `"c${end}d",e`],
      [5, "f,g"],
    ]);
  });

  it("loses one line to a quote that is never closed", () => {
    const lines = Array.from({ length: 1000 }, (_, index) => (index === 499 ? `${index},"lost` : `${index},"kept"`));
    const rows = split([lines.join("\n")]);
    expect(rows).toHaveLength(1000);
    expect(rows.filter(({ kind }) => kind === "broken").map(({ line, raw }) => [line, raw])).toEqual([
      [500, '499,"lost'],
    ]);
  });

  it("loses one line to a quote that is not closed within a hundred lines", () => {
    const rows = split([`1,"lost\n${"2,kept\n".repeat(150)}`]);
    expect(rows[0]).toEqual({
      kind: "broken",
      line: 1,
      raw: '1,"lost',
      reason: `a quote that is not closed within 100 lines and ${maxRecordChars} characters`,
    });
    expect(rows.slice(1).every(({ kind }) => kind === "row")).toBe(true);
    expect(rows).toHaveLength(151);
  });

  it("refuses text behind a closing quote, and goes on with the next line", () => {
    const [bad, good] = split(['"a"b,c\nd,e']);
    expect(bad).toMatchObject({ kind: "broken", line: 1, raw: '"a"b,c' });
    expect(good).toMatchObject({ kind: "row", line: 2, fields: ["d", "e"] });
  });

  it("keeps no more of a line of 50 MB than its first part", () => {
    const splitter = new CsvSplitter(",");
    const piece = "x".repeat(64 * 1024);
    const rows: CsvRow[] = [];
    for (let count = 0; count < 800; count += 1) {
      rows.push(...splitter.push({ text: count === 0 ? `a,b\n${piece}` : piece, suspect: false, last: false }));
    }
    rows.push(...splitter.push({ text: "\nc,d", suspect: false, last: true }));
    expect(rows.map(({ kind, line, raw }) => [kind, line, raw.length])).toEqual([
      ["row", 1, 3],
      ["broken", 2, cutRawChars],
      ["row", 3, 3],
    ]);
  });

  it("gives the same rows wherever the text is cut", () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(60), { maxLength: 20 }), fc.boolean(), (characters, cuts, small) => {
        const text = characters.join("");
        const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        const limits = small ? smallLimits : undefined;
        expect(split(pieces, ",", limits)).toEqual(split([text], ",", limits));
        expect(split([...text], ",", limits)).toEqual(split([text], ",", limits));
      }),
      { numRuns: 1000 },
    );
  });

  it("has each line that is not empty in exactly one record", () => {
    fc.assert(
      fc.property(hostile, (characters) => {
        const text = characters.join("");
        const lines = text.split(/\r\n|\r|\n/);
        const covered = new Set<number>();
        for (const { line, raw } of split([text], ",", { recordChars: 1000, quotedLines: 2 })) {
          const whole = lines.slice(line - 1, line + lineEnds(raw));
          expect(raw.split(/\r\n|\r|\n/)).toEqual(whole);
          for (const index of whole.keys()) {
            expect(covered.has(line + index), `line ${line + index} twice`).toBe(false);
            covered.add(line + index);
          }
        }
        const missing = lines.flatMap((one, index) => (one === "" || covered.has(index + 1) ? [] : [index + 1]));
        expect(missing).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
