// The records of exports in CSV, by the names of their columns.

import { MigrationError } from "../core/errors.ts";
import type { AccountFields } from "./account-fields.ts";
import { headerFault } from "./csv-header.ts";
import { type CsvRow, CsvSplitter } from "./csv-rows.ts";
import type { ReadRecord, ReadRecords } from "./import-users.ts";
import type { OpenedText } from "./opened-text.ts";
import type { TextBlock } from "./text-blocks.ts";
import { LineSplitter } from "./text-lines.ts";

export interface CsvRecordOptions {
  /** For files without a header: what the columns are. Rows may have fewer; fields behind the last one must be empty. */
  readonly columns?: readonly string[];
  /** Cognito's files: a backslash before a comma makes it part of the value, and nothing is quoted. */
  readonly escapesByBackslash?: boolean;
  /** Whether an empty field is a member that is not there, or one of its own. Default: not there. */
  readonly empty?: "drop" | "keep";
}

type Splitter = (block: TextBlock) => readonly CsvRow[];

/**
 * The rows of a file of commas, without those of white space alone.
 * @throws MigrationError IMPORT_UNREADABLE for a file without a header, or with one that has a column twice.
 */
export async function* csvRecords(
  { name, blocks }: OpenedText,
  { columns, escapesByBackslash = false, empty = "drop" }: CsvRecordOptions = {},
): ReadRecords<AccountFields> {
  const split = escapesByBackslash ? backslashSplitter() : quoteSplitter();
  const isStrict = columns === undefined;
  let names = columns;
  // One at a time: what is alive of a block when V8 cleans its young objects makes it let them grow.
  function* read(rows: readonly CsvRow[]): Generator<ReadRecord<AccountFields>> {
    for (const row of rows) {
      if (row.raw.trim() === "") continue;
      if (names === undefined) names = columnsOf(name, row);
      else yield recordOf(row, names, isStrict, empty === "keep");
    }
  }
  for await (const block of blocks) yield read(split(block));
  if (names === undefined) throw unreadable(`${name}: the file has no header`);
}

function columnsOf(name: string, row: CsvRow): readonly string[] {
  if (row.kind === "broken") throw unreadable(`${name}: line ${row.line}: the header has ${row.reason}`);
  const names = row.fields.map((field) => field.trim());
  const fault = headerFault(names);
  if (fault === undefined) return names;
  throw unreadable(`${name}: line ${row.line}: ${fault}`);
}

function recordOf(
  row: CsvRow,
  names: readonly string[],
  isStrict: boolean,
  keepsEmpty: boolean,
): ReadRecord<AccountFields> {
  const { line, raw } = row;
  if (row.kind === "broken") return { line, raw, reason: row.reason };
  const { fields } = row;
  const isTooMany = fields.length > names.length && (isStrict || fields.slice(names.length).some((one) => one !== ""));
  if (isTooMany || (isStrict && fields.length < names.length)) {
    return { line, raw, reason: `${fields.length} fields, the header has ${names.length}` };
  }
  const entries: [string, string][] = [];
  for (const [place, name] of names.entries()) {
    const value = fields[place] ?? "";
    if (name !== "" && (keepsEmpty || value !== "")) entries.push([name, value]);
  }
  return { line, raw, record: Object.fromEntries(entries) };
}

function quoteSplitter(): Splitter {
  const splitter = new CsvSplitter(",");
  return (block) => splitter.push(block);
}

function backslashSplitter(): Splitter {
  const splitter = new LineSplitter();
  return (block) =>
    splitter.push(block).map(({ line, raw, reason }): CsvRow => {
      if (reason !== undefined) return { kind: "broken", line, raw, reason };
      return { kind: "row", line, raw, fields: backslashFields(raw) };
    });
}

/** Before anything but a comma or a backslash, a backslash stands for itself. */
function backslashFields(raw: string): readonly string[] {
  if (!raw.includes("\\")) return raw.split(",");
  const fields: string[] = [];
  let field = "";
  for (let at = 0; at < raw.length; at += 1) {
    const [one = "", next] = [raw[at], raw[at + 1]];
    if (one === ",") {
      fields.push(field);
      field = "";
    } else if (one === "\\" && (next === "," || next === "\\")) {
      field += next;
      at += 1;
    } else field += one;
  }
  return [...fields, field];
}

function unreadable(what: string): MigrationError {
  return new MigrationError("IMPORT_UNREADABLE", what);
}
