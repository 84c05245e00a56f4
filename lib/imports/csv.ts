// Comma-separated values, RFC 4180, with a header: also by semicolons, as spreadsheets of half Europe write them, and by
// tabs. UTF-8 or UTF-16.

import { MigrationError } from "../core/errors.ts";
import type { ImportFormat, ImportRecord } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { meaningOf } from "../protocols/conventional-columns.ts";
import { columnMapping, type Delimiter, delimiters, delimitersIn, headerFault } from "../protocols/csv-header.ts";
import { type CsvRow, CsvSplitter } from "../protocols/csv-rows.ts";
import { type ImportMappingSettings, mappedRecord, mappingFaults } from "../protocols/import-mapping.ts";
import { headText, type TextBlock, textBlocks } from "../protocols/text-blocks.ts";

export interface CsvSettings extends ImportMappingSettings {
  /** Default: the one of the three that the header has. */
  readonly delimiter?: Delimiter;
}

/** Values are texts; an empty one and one that is missing are the same. */
export function csv(settings: CsvSettings = {}): ImportFormat {
  const { source = "csv", delimiter } = settings;
  return withSettingFaults(
    {
      name: "csv",
      recognizes: (head, fileName) => isCsv(headText(head), fileName),
      read: (bytes) => read(bytes, settings, source),
    },
    [
      ...mappingFaults(settings),
      ...(delimiter === undefined || delimiters.includes(delimiter)
        ? []
        : [{ path: "delimiter", message: "allowed are comma, semicolon and tab (what stands between two fields)" }]),
    ],
  );
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  settings: CsvSettings,
  source: string,
): AsyncGenerator<ImportRecord> {
  let splitter: CsvSplitter | undefined;
  let toRecord: ((row: CsvRow) => ImportRecord) | undefined;
  for await (const block of textBlocks("csv", bytes)) {
    splitter ??= new CsvSplitter(settings.delimiter ?? delimiterOf(block));
    for (const row of splitter.push(block)) {
      if (toRecord !== undefined) yield toRecord(row);
      else if (!isSeparatorLine(row)) toRecord = rowReader(row, settings, source);
    }
  }
  if (toRecord === undefined) throw unreadable("the file has no header");
}

function delimiterOf({ text }: TextBlock): Delimiter {
  const said = /^sep=([,;\t])(?:[\r\n]|$)/.exec(text)?.[1];
  const separator = delimiters.find((one) => one === said);
  if (separator !== undefined) return separator;
  const [found = ",", ...others] = delimitersIn(text);
  if (others.length === 0) return found;
  throw unreadable(
    `the header has ${[found, ...others].map((one) => JSON.stringify(one)).join(" and ")} outside quotes; ` +
      "say by `delimiter` which one it is",
  );
}

/** Excel's own first line, `sep=;`, which is no header. */
function isSeparatorLine({ line, raw }: CsvRow): boolean {
  return line === 1 && /^sep=[,;\t]$/.test(raw);
}

/** What makes records of the rows below this header. */
function rowReader(header: CsvRow, settings: CsvSettings, source: string): (row: CsvRow) => ImportRecord {
  if (header.kind === "broken") throw unreadable(`line ${header.line}: the header has ${header.reason}`);
  const columns = header.fields;
  const map = columnMapping(columns, settings);
  if (typeof map === "string") throw unreadable(`line ${header.line}: ${map}`);
  return (row) => {
    const { line, raw } = row;
    if (row.kind === "broken") return { kind: "refused", line, raw, reason: row.reason };
    if (row.fields.length !== columns.length) {
      const reason = `${row.fields.length} fields, allowed are ${columns.length} as in the header`;
      return { kind: "refused", line, raw, reason };
    }
    return mappedRecord(source, line, raw, row.fields, map);
  };
}

/** A header of two columns or more: by the file's name, or because a column has a name that is known. */
function isCsv(text: string, fileName: string): boolean {
  if (/^\s*[[{<]/.test(text) || text.startsWith("PK\u0003\u0004") || text.includes("\0")) return false;
  const [delimiter, ...others] = delimitersIn(text);
  if (delimiter === undefined || others.length > 0) return false;
  const [header] = new CsvSplitter(delimiter).push({ text, suspect: true, last: true });
  if (header?.kind !== "row" || headerFault(header.fields) !== undefined) return false;
  return /\.(?:csv|tsv|tab)$/i.test(fileName) || header.fields.some((column) => meaningOf(column) !== undefined);
}

function unreadable(what: string): MigrationError {
  return new MigrationError("IMPORT_UNREADABLE", `csv: ${what}`);
}
