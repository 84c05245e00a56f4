import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type XlsxSettings, xlsx } from "../../lib/imports/xlsx.ts";
import { describeImportFormat, recordsOf, unreadable } from "../contracts/import-format.ts";
import { sheet, textRows, type WorkbookParts, workbook } from "../support/workbook.ts";

describeImportFormat("xlsx", {
  open: xlsx,
  write: (rows) => workbook({ rows: textRows([Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]) }),
  lineOf: (index) => index + 2,
});

const header =
  "Nickname;Username;Email;Email verified;Phone;unionid;openid;Password;Company;Gender;Disabled;Department path";
const twelve = (...rows: readonly string[]) => textRows([header, ...rows].map((row) => row.split(";")));
const reasonsOf = async (file: Uint8Array, settings?: XlsxSettings) =>
  (await recordsOf(xlsx(settings), file)).map((record) => (record.kind === "user" ? record.user.id : record.reason));

/** What a cell of column B says to the mapping. */
async function cellOf(cell: string, parts: Partial<WorkbookParts> = {}): Promise<unknown> {
  let seen: unknown;
  const user: XlsxSettings["user"] = (row) => {
    seen = row.B;
    return { id: 1, username: "ann", enabled: true, attributes: {} };
  };
  const rows = `${textRows([["A", "B"]])}<row r="2"><c r="A2"><v>1</v></c>${cell}</row>`;
  const [record] = await recordsOf(xlsx({ user }), workbook({ rows, ...parts }));
  return record?.kind === "refused" ? record.reason : seen;
}

describe("xlsx", () => {
  it("reads the twelve columns of the import sheet", async () => {
    const rows = twelve(
      "Annie;ann;ann@example.org;Yes;+4915112345;u-1;o-1;Correct horse 1!;Acme;W;No;Acme/R&D/Backend",
      ";;bob@example.org;No;;;;;;U;Yes",
    );
    const [ann, bob] = await recordsOf(xlsx(), workbook({ rows }));
    expect(ann).toMatchObject({
      kind: "user",
      line: 2,
      user: {
        ...{ id: "ann", username: "ann", enabled: true, departments: [["Acme", "R&D", "Backend"]] },
        identities: [
          { provider: "unionid", userId: "u-1" },
          { provider: "openid", userId: "o-1" },
        ],
        attributes: {
          ...{ nickname: "Annie", email: "ann@example.org", email_verified: "true", phone_number: "+4915112345" },
          ...{ gender: "female", "custom:company": "Acme" },
        },
      },
    });
    expect(ann?.kind === "user" && ann.user.plaintext?.revealText()).toBe("Correct horse 1!");
    expect(bob?.kind === "user" && bob.user).toEqual({
      ...{ id: "bob@example.org", source: "xlsx", username: "bob@example.org", enabled: false },
      attributes: { email: "bob@example.org", email_verified: "false" },
    });
  });

  it("refuses a row without a user name, an address and a number, and a path with an empty part", async () => {
    const rows = twelve("Annie;;;;;;;;;;No", ";ann;;;;;;;;;No;Acme//Backend", ";bob;;;;;;;;;No");
    expect(await reasonsOf(workbook({ rows }))).toEqual([
      expect.stringContaining("`id` is missing"),
      expect.stringContaining("`departments` is not usable"),
      "bob",
    ]);
  });

  it("reads shared strings, those in several fonts too, without how they are pronounced", async () => {
    const sharedStrings =
      "<si><t>B</t></si><si><r><t>Zo</t></r><r><t>ë &amp; Ann</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>";
    expect(await cellOf('<c r="B2" t="s"><v>1</v></c>', { sharedStrings })).toBe("Zoë & Ann");
    expect(await cellOf('<c r="B2" t="s"><v>2</v></c>', { sharedStrings })).toBe(
      "B2: a text that the workbook does not have",
    );
  });

  it.each([
    ['<c r="B2"><v>13800138000</v></c>', "13800138000"],
    ['<c r="B2"><v>1.3800138E10</v></c>', "13800138000"],
    ['<c r="B2"><v>0.1</v></c>', "0.1"],
    ['<c r="B2" t="b"><v>1</v></c>', "true"],
    ['<c r="B2" t="str"><f>A2&amp;"x"</f><v>1x</v></c>', "1x"],
    ['<c r="B2" t="str"><f>A2</f></c>', "B2: a formula without a saved value"],
    ['<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "B2: an error instead of a value"],
    ['<c r="B2"><v>123456789012345680</v></c>', /more than 15 digits/],
    ['<c r="B2"><v>1e999</v></c>', "B2: a number that is none"],
    ['<c r="B2" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"],
    ['<c r="B2" t="inlineStr"><is><t>a_x0000_b</t></is></c>', "a NUL character"],
    ['<c r="B2" t="d"><v>2026-01-02</v></c>', "2026-01-02"],
    ["<c><v>7</v></c>", "7"],
    ['<c r="C2"><v>7</v></c>', "a value beside the 2 columns of the header"],
    ['<c r="ZZZ2"><v>7</v></c>', "more than 16384 columns"],
    ['<c r="B2"/>', ""],
  ])("reads the cell %s", async (cell, text) => {
    expect(await cellOf(cell)).toEqual(typeof text === "string" ? text : expect.stringMatching(text));
  });

  it("reads a number as a date where its style shows one, by 1900 and by 1904", async () => {
    const styles =
      '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm&quot;day&quot;"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot;d&quot;"/></numFmts>' +
      '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>';
    const number = (style: number, value: string) => cellOf(`<c r="B2" s="${style}"><v>${value}</v></c>`, { styles });
    expect(await number(0, "46024")).toBe("46024");
    expect(await number(1, "46024")).toBe("2026-01-02");
    expect(await number(2, "46024.5")).toBe("2026-01-02T12:00:00.000Z");
    expect(await number(3, "46024")).toBe("46024");
    expect(await number(1, "59")).toBe("B2: a date before March 1900");
    expect(await number(1, "9999999")).toBe("B2: a date after the year 9999");
    const book = '<workbookPr date1904="1"/><sheets><sheet name="U" sheetId="1" r:id="rId1"/></sheets>';
    expect(await cellOf('<c r="B2" s="1"><v>44562</v></c>', { styles, workbook: book })).toBe("2026-01-02");
  });

  it("takes the first sheet that is not hidden, or the one that is named", async () => {
    const file = workbook({
      rows: twelve(";ann;;;;;;;;;No"),
      workbook:
        '<sheets><sheet name="Old" sheetId="1" state="hidden" r:id="rId1"/><sheet name="New" sheetId="2" r:id="rId2"/></sheets>',
      more: { "xl/worksheets/sheet2.xml": sheet(twelve(";bob;;;;;;;;;No")) },
    });
    expect(await reasonsOf(file)).toEqual(["bob"]);
    expect(await reasonsOf(file, { sheet: "Old" })).toEqual(["ann"]);
    expect(await unreadable(recordsOf(xlsx({ sheet: "None" }), file))).toMatch(/no sheet "None"/);
    expect(settingFaultsOf(xlsx({ sheet: "" })).map(({ path }) => path)).toEqual(["sheet"]);
  });

  it("reads tags with a prefix, and passes over rows without a value", async () => {
    const rows = twelve(";ann;;;;;;;;;No").replace('<row r="2">', '<row r="2"><c r="A2" s="1"/></row><row r="5">');
    const prefixed = sheet(rows)
      .replace(/(<\/?)(\w)/g, "$1x:$2")
      .replace("xmlns=", "xmlns:x=")
      .replace("<?x:xml", "<?xml");
    const records = await recordsOf(xlsx(), workbook({ rows: "", more: { "xl/worksheets/sheet1.xml": prefixed } }));
    expect(records.map(({ line, kind }) => [line, kind])).toEqual([[5, "user"]]);
  });

  it("keeps no row of more than a million characters, and goes on behind it", async () => {
    const cells = Array.from({ length: 40 }, () => `<c t="inlineStr"><is><t>${"x".repeat(32_000)}</t></is></c>`).join(
      "",
    );
    const rows = `${textRows([["id", "enabled"]])}<row r="2">${cells}</row><row r="3"><c><v>3</v></c><c t="b"><v>1</v></c></row>`;
    expect(await reasonsOf(workbook({ rows }))).toEqual([expect.stringContaining("more than 1048576 characters"), "3"]);
  });
});

describe("a workbook that is none", () => {
  const good = workbook({ rows: twelve(";ann;;;;;;;;;No", ";bob;;;;;;;;;No") });
  const read = (file: Uint8Array) => unreadable(recordsOf(xlsx(), file));

  it.each([
    [
      "an old .xls file or one with a password",
      Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
      /no ZIP file/,
    ],
    ["an empty file", Buffer.alloc(0), /no ZIP file/],
    ["another ZIP file", zipSync({ "a.txt": Buffer.from("a") }), /no Excel workbook/],
    [
      "one without its sheet",
      workbook({ rows: "", workbook: '<sheets><sheet name="A" r:id="rId2"/></sheets>' }),
      /sheet2.xml is missing/,
    ],
    ["one without a row", workbook({ rows: "" }), /no header/],
    [
      "one with a document type",
      workbook({ rows: "", more: { "xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' } }),
      /document type/,
    ],
    ["one that is no XML", workbook({ rows: "<row>" }), /no well-formed XML/],
    ["one of an entity that nobody knows", workbook({ rows: "<row>&b;</row>" }), /no well-formed XML/],
    [
      "one of other bytes",
      workbook({ rows: "", more: { "xl/worksheets/sheet1.xml": Buffer.of(0x3c, 0xff) } }),
      /no UTF-8/,
    ],
  ])("is refused: %s", async (_, file, message) => {
    expect(await read(file)).toMatch(message);
  });

  it("is refused wherever it is cut off", async () => {
    for (let end = 0; end < good.length; end += 13) {
      expect(await read(good.subarray(0, end))).toMatch(/^xlsx: /);
    }
  });

  it("is refused with any byte changed, or gives the same users", async () => {
    const whole = await recordsOf(xlsx(), good);
    const property = fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const spoilt = Uint8Array.from(good);
      spoilt[at] = (spoilt[at] ?? 0) ^ change;
      try {
        expect(await recordsOf(xlsx(), spoilt)).toEqual(whole);
      } catch (error) {
        expect(error).toMatchObject({ code: "IMPORT_UNREADABLE" });
      }
    });
    await fc.assert(property, { numRuns: 500 });
  });

  it("is refused where a part is more than its directory says", async () => {
    const bomb = Buffer.from(workbook({ rows: `<row>${" ".repeat(50_000_000)}</row>` }));
    // The size of the sheet, in its entry of the central directory.
    const at = bomb.lastIndexOf("xl/worksheets/sheet1.xml") - 46 + 24;
    bomb.writeUInt32LE(1000, at);
    expect(await read(bomb)).toMatch(/more bytes than the directory says/);
  });

  it("is refused where a part is larger than any that is meant, before it is inflated", async () => {
    const more = { "xl/styles.xml": Buffer.alloc(17 * 1024 * 1024, " ") };
    expect(await read(workbook({ rows: "", more }))).toMatch(/has 17825792 bytes, allowed are 16777216/);
  });

  it("is refused where a text goes on without a tag", async () => {
    expect(await read(workbook({ rows: `<row><c><v>${"1".repeat(5_000_000)}</v></c></row>` }))).toMatch(
      /more than 1048576 characters without a tag/,
    );
  });

  it("is refused where its shared strings are more than memory is for", async () => {
    const text = `<si><t>${"x".repeat(500_000)}</t></si>`;
    expect(await read(workbook({ rows: "", sharedStrings: text.repeat(140) }))).toMatch(
      /more than 67108864 characters/,
    );
  });
});
