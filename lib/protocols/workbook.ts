// An Office Open XML workbook (ECMA-376): which of its parts are what, and the rows of one sheet.

import { posix } from "node:path";
import { MigrationError } from "../core/errors.ts";
import { maxSharedChars, readSharedStrings, type SheetRow, sheetRows } from "./sheet-rows.ts";
import { isDateFormat } from "./sheet-values.ts";
import { xmlEvents } from "./xml-events.ts";
import { openZip, type ZipMember } from "./zip-archive.ts";

// The file is kept as it is, compressed, since its directory stands at its end: a million users in twelve columns have
// 60 to 100 MiB.
const maxFileBytes = 128 * 1024 * 1024;
const maxPartBytes = 16 * 1024 * 1024;
// Inflated while it is read and never held; a million rows in twelve columns have a gigabyte at most. Time is the bound.
const maxSheetBytes = 2 * 1024 * 1024 * 1024;

/**
 * The rows of the first sheet that is not hidden, or of the one that is named.
 * @throws MigrationError IMPORT_UNREADABLE
 */
export async function* workbookRows(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  sheet: string | undefined,
): AsyncGenerator<SheetRow> {
  const members = openZip(name, await whole(name, bytes));
  const part = (path: string) => ({ path, member: members.get(path), subject: `${name}: ${path}` });
  const { target, from1904 } = await chosenSheet(name, members, sheet);
  const strings = part("xl/sharedStrings.xml");
  const tooMany = () =>
    new MigrationError("IMPORT_UNREADABLE", `${strings.subject} has more than ${maxSharedChars} characters of text`);
  const meanings = {
    from1904,
    dateStyles: await dateStyles(members.get("xl/styles.xml"), `${name}: xl/styles.xml`),
    sharedStrings:
      strings.member === undefined
        ? []
        : await readSharedStrings(strings.subject, strings.member.read(maxSheetBytes), tooMany),
  };
  const { member, subject } = part(target);
  if (member === undefined) throw new MigrationError("IMPORT_UNREADABLE", `${subject} is missing`);
  yield* sheetRows(subject, member.read(maxSheetBytes), meanings);
}

async function whole(name: string, bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxFileBytes) {
      throw new MigrationError("IMPORT_UNREADABLE", `${name}: more than ${maxFileBytes} bytes; save the sheet as CSV`);
    }
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

async function chosenSheet(name: string, members: ReadonlyMap<string, ZipMember>, wanted: string | undefined) {
  const unreadable = (what: string) => new MigrationError("IMPORT_UNREADABLE", `${name}: ${what}`);
  const book = members.get("xl/workbook.xml");
  const relations = members.get("xl/_rels/workbook.xml.rels");
  if (book === undefined || relations === undefined) throw unreadable("the file is no Excel workbook (.xlsx)");
  const sheets: { readonly name: string; readonly id: string; readonly hidden: boolean }[] = [];
  const targets = new Map<string, string>();
  let from1904 = false;
  await visit(book, `${name}: ${book.name}`, (tag, { name: title = "", id = "", state = "visible", date1904 }) => {
    if (tag === "sheet") sheets.push({ name: title, id, hidden: state !== "visible" });
    if (tag === "workbookPr") from1904 = date1904 === "1" || date1904 === "true";
  });
  await visit(relations, `${name}: ${relations.name}`, (tag, { Id = "", Target = "" }) => {
    if (tag === "Relationship") targets.set(Id, Target);
  });
  const chosen = sheets.find((one) => (wanted === undefined ? !one.hidden : one.name === wanted));
  if (chosen === undefined) throw unreadable(wanted === undefined ? "no sheet" : `no sheet ${JSON.stringify(wanted)}`);
  const target = targets.get(chosen.id) ?? "";
  return { from1904, target: target.startsWith("/") ? target.slice(1) : posix.join("xl", target) };
}

/** The numbers of the cell styles that show a date. */
async function dateStyles(member: ZipMember | undefined, subject: string): Promise<ReadonlySet<number>> {
  const dates = new Set<number>();
  if (member === undefined) return dates;
  const codes = new Map<number, string>();
  let inCellStyles = false;
  let style = 0;
  const open = (tag: string, { numFmtId, formatCode = "" }: Readonly<Record<string, string>>) => {
    if (tag === "numFmt") codes.set(Number(numFmtId), formatCode);
    else if (tag === "cellXfs") inCellStyles = true;
    else if (tag === "xf" && inCellStyles) {
      if (isDateFormat(Number(numFmtId ?? 0), codes.get(Number(numFmtId)))) dates.add(style);
      style += 1;
    }
  };
  await visit(member, subject, open, (tag) => {
    if (tag === "cellXfs") inCellStyles = false;
  });
  return dates;
}

type Open = (tag: string, attributes: Readonly<Record<string, string>>) => void;

async function visit(member: ZipMember, subject: string, open: Open, close?: (tag: string) => void): Promise<void> {
  for await (const _ of xmlEvents(subject, member.read(maxPartBytes), { open, ...(close && { close }) }));
}
