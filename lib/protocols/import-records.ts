// The records of a file of exported users: JSON lines, the elements of a JSON list, the rows of a CSV file.

import { type CsvOptions, CsvRowScanner, type ScannedRow } from "./csv-row-scanner.ts";
import { decodeText, firstCharacter, textLines, unreadable } from "./import-text.ts";
import { type BadRecord, JsonElementScanner, type JsonRecord, parseRecord } from "./json-element-scanner.ts";

export type { JsonRecord } from "./json-element-scanner.ts";
export type CsvRecord =
  | { readonly line: number; readonly raw: string; readonly row: ReadonlyMap<string, string> }
  | BadRecord;

/** One JSON value a line; empty lines are none. @throws MigrationError IMPORT_UNREADABLE for an unknown encoding. */
export async function* jsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<JsonRecord> {
  for await (const { line, text, isCut } of textLines(bytes)) {
    if (text.trim() !== "") yield parseRecord(line, text, isCut);
  }
}

/** JSON lines, or the elements of a list that is the whole document: many exports come as either. */
export async function* jsonRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<JsonRecord> {
  const file = await firstCharacter(bytes);
  yield* file.first === "[" ? jsonElements(file.bytes) : jsonLines(file.bytes);
}

/**
 * The elements of the list at a path of keys, of the document itself where there is none.
 * @throws MigrationError IMPORT_UNREADABLE where the document has no such list, or its end is missing.
 */
export async function* jsonElements(
  bytes: AsyncIterable<Uint8Array>,
  path: readonly string[] = [],
): AsyncGenerator<JsonRecord> {
  const scanner = new JsonElementScanner(path);
  for await (const chunk of decodeText(bytes)) yield* scanner.scan(chunk);
  scanner.end();
}

/**
 * The rows of a CSV file (RFC 4180), by the names of its header.
 * @throws MigrationError IMPORT_UNREADABLE for a header with one name twice, or a quote that is never closed.
 */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, options: CsvOptions): AsyncGenerator<CsvRecord> {
  const scanner = new CsvRowScanner(options);
  let names = options.columns;
  const take = (record: ScannedRow): CsvRecord | undefined => {
    if (names !== undefined) return rowOf(record, names, options.columns === undefined);
    if (record.fault !== undefined) throw unreadable(`the header: ${record.fault}`, record.line);
    names = record.fields.map((name) => name.trim());
    if (new Set(names).size !== names.length) throw unreadable("the header has one column twice", record.line);
    return undefined;
  };
  for await (const chunk of decodeText(bytes)) {
    for (const record of scanner.scan(chunk)) {
      const taken = take(record);
      if (taken !== undefined) yield taken;
    }
  }
  for (const record of scanner.end()) {
    const taken = take(record);
    if (taken !== undefined) yield taken;
  }
  if (names === undefined) throw unreadable("no header: the file is empty");
}

function rowOf(record: ScannedRow, names: readonly string[], isStrict: boolean): CsvRecord {
  const { line, raw, fields, fault } = record;
  if (fault !== undefined) return { line, raw, reason: fault };
  const isTooMany = fields.slice(names.length).some((field) => isStrict || field !== "");
  if (isTooMany || (isStrict && fields.length < names.length)) {
    return { line, raw, reason: `${fields.length} fields, the header has ${names.length}` };
  }
  return { line, raw, row: new Map(names.map((name, index) => [name, fields[index] ?? ""])) };
}
