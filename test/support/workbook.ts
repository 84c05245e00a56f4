// Excel workbooks for tests, zipped by fflate: another hand than the one that reads them.

import { strToU8, type Zippable, zipSync } from "fflate";

export interface WorkbookParts {
  /** The rows of the sheet, as its XML. */
  readonly rows: string;
  readonly sharedStrings?: string;
  readonly styles?: string;
  readonly workbook?: string;
  /** Parts that are added, or stand in another's place. */
  readonly more?: Readonly<Record<string, string | Uint8Array>>;
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** The parts in the order in which Excel writes them: shared strings stand behind the sheet. */
export function workbook({ rows, sharedStrings, styles, workbook: book, more = {} }: WorkbookParts): Uint8Array {
  const parts: Record<string, string | Uint8Array> = {
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "xl/workbook.xml": `${head}<workbook ${main} xmlns:r="${relations}">${
      book ?? '<sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets>'
    }</workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": sheet(rows),
    ...(styles === undefined ? {} : { "xl/styles.xml": `${head}<styleSheet ${main}>${styles}</styleSheet>` }),
    ...(sharedStrings === undefined ? {} : { "xl/sharedStrings.xml": `${head}<sst ${main}>${sharedStrings}</sst>` }),
    ...more,
  };
  const files: Zippable = {};
  for (const [path, part] of Object.entries(parts)) files[path] = typeof part === "string" ? strToU8(part) : part;
  return zipSync(files, { mtime: "2026-01-01T00:00:00Z" });
}

export function sheet(rows: string): string {
  return `${head}<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`;
}

/** Rows of texts, as programs write them that know no shared strings. Empty cells are left out. */
export function textRows(rows: readonly (readonly string[])[]): string {
  return rows
    .map((values, index) => {
      const cells = values.map((value, column) =>
        value === ""
          ? ""
          : `<c r="${letter(column)}${index + 1}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`,
      );
      return `<row r="${index + 1}">${cells.join("")}</row>`;
    })
    .join("");
}

function letter(column: number): string {
  return String.fromCharCode(65 + column);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\r", "&#13;");
}
