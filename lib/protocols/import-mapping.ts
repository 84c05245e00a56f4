import { MigrationError } from "../core/errors.ts";
import { type MappedImport, parseImportedUser } from "../core/imported-user.ts";
import type { ImportRecord } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";

/** What every reader of a file of columns or members is told. */
export interface ImportMappingSettings {
  /** The source that the users are of, as the config names it. Default: the format's name. */
  readonly source?: string;
  /** What a record means. Without it the columns' usual names say it (docs/imports.md). */
  readonly user?: (row: Readonly<Record<string, unknown>>) => MappedImport;
  /** What a user is of whom the file does not say it, without `user`. Left out, such a user is refused. */
  readonly enabled?: boolean;
}

/** Calls the mapping and checks what it answers: one record, for better or for worse. */
export function mappedRecord<Row>(
  source: string,
  line: number,
  raw: string,
  row: Row,
  map: (row: Row) => unknown,
): ImportRecord {
  try {
    return { kind: "user", line, raw, user: parseImportedUser(mapped(row, map), source) };
  } catch (error) {
    if (error instanceof MigrationError) return { kind: "refused", line, raw, reason: error.message };
    throw error;
  }
}

function mapped<Row>(row: Row, map: (row: Row) => unknown): unknown {
  try {
    return map(row);
  } catch (cause) {
    if (cause instanceof MigrationError) throw cause;
    // Its message may hold what stands in the row.
    throw new MigrationError("RECORD_UNUSABLE", "`user` threw on this record", { cause });
  }
}

/** A row by its columns' names. Without a prototype: a column called `__proto__` is a name like any other. */
export function rowByName(columns: readonly string[], values: readonly unknown[]): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = Object.create(null);
  for (let place = 0; place < columns.length; place += 1) {
    const column = columns[place] ?? "";
    if (column !== "") row[column] = values[place];
  }
  return row;
}

/** What is wrong with the settings of a mapping. */
export function mappingFaults({ source, user, enabled }: ImportMappingSettings): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  if (source !== undefined && (typeof source !== "string" || source === "")) {
    faults.push({ path: "source", message: "no text; allowed is the name of a source (whose users they are)" });
  }
  if (user !== undefined && typeof user !== "function") {
    faults.push({ path: "user", message: "no function; allowed is (row) => user (what a record means)" });
  }
  if (enabled !== undefined && typeof enabled !== "boolean") {
    faults.push({ path: "enabled", message: "allowed are true and false (what a user is where the file is silent)" });
  }
  return faults;
}
