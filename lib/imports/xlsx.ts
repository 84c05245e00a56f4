// An Excel workbook (ECMA-376): the first sheet, its first row the header. Written for the sheet that identity services
// hand out for imports: Nickname, Username, Email, Email verified, Phone, unionid, openid, Password, Company, Gender,
// Disabled, Department path.

import { MigrationError } from "../core/errors.ts";
import type { ImportFormat, ImportRecord } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { columnMapping } from "../protocols/csv-header.ts";
import { type ImportMappingSettings, mappedRecord, mappingFaults } from "../protocols/import-mapping.ts";
import { characterFault, cutRaw } from "../protocols/record-text.ts";
import type { SheetRow } from "../protocols/sheet-rows.ts";
import { workbookRows } from "../protocols/workbook.ts";

export interface XlsxSettings extends ImportMappingSettings {
  /** Default: the first one that is not hidden. */
  readonly sheet?: string;
}

// The sheet has no column for an id: the user name, the e-mail address or the phone number is what it calls a user by.
const idFrom = ["id", "username", "email", "phone_number"] as const;

/** Values are texts; `raw` is the row as a line of CSV. */
export function xlsx(settings: XlsxSettings = {}): ImportFormat {
  const { source = "xlsx", sheet } = settings;
  return withSettingFaults({ name: "xlsx", recognizes: isWorkbook, read: (bytes) => read(bytes, settings, source) }, [
    ...mappingFaults(settings),
    ...(sheet === undefined || (typeof sheet === "string" && sheet !== "")
      ? []
      : [{ path: "sheet", message: "no text; allowed is the name of a sheet (which one has the users)" }]),
  ]);
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  settings: XlsxSettings,
  source: string,
): AsyncGenerator<ImportRecord> {
  let toRecord: ((row: SheetRow) => ImportRecord) | undefined;
  for await (const row of workbookRows("xlsx", bytes, settings.sheet)) {
    if (toRecord === undefined) toRecord = rowReader(row, settings, source);
    else yield toRecord(row);
  }
  if (toRecord === undefined) throw unreadable("the sheet has no header");
}

/** What makes records of the rows below this header. */
function rowReader(header: SheetRow, settings: XlsxSettings, source: string): (row: SheetRow) => ImportRecord {
  if (header.reason !== undefined) throw unreadable(`the header has ${header.reason}`);
  const columns = header.cells;
  const map = columnMapping(columns, settings, idFrom);
  if (typeof map === "string") throw unreadable(`line ${header.line}: ${map}`);
  return ({ line, cells, reason }) => {
    const raw = cells.map(field).join(",");
    const fault = reason ?? characterFault(raw);
    if (fault !== undefined) return { kind: "refused", line, raw: cutRaw(raw), reason: fault };
    if (cells.length > columns.length) {
      return { kind: "refused", line, raw, reason: `a value beside the ${columns.length} columns of the header` };
    }
    // The sheet leaves empty cells out.
    const values = [...cells, ...Array.from({ length: columns.length - cells.length }, () => "")];
    return mappedRecord(source, line, raw, values, map);
  };
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A ZIP file with a workbook's parts in its first bytes, or that is called one. */
function isWorkbook(head: Uint8Array, fileName: string): boolean {
  const start = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (start.length < 4 || start.readUInt32LE(0) !== 0x04034b50) return false;
  return /\.xls[xm]$/i.test(fileName) || (start.includes("[Content_Types].xml") && start.includes("xl/"));
}

function unreadable(what: string): MigrationError {
  return new MigrationError("IMPORT_UNREADABLE", `xlsx: ${what}`);
}
