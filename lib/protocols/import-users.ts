// From the records of an export to users: what the readers of all vendors share.

import { MigrationError } from "../core/errors.ts";
import { type MappedImport, parseImportedUser } from "../core/imported-user.ts";
import type { ImportRecord } from "../core/ports.ts";
import { type AccountFields, isAccount } from "./account-fields.ts";
import type { CsvRecord, JsonRecord } from "./import-records.ts";

export interface ImportSettings<Entry = AccountFields> {
  /** What the users' `source` says; to be that of the live source where there is one too. Default: the reader's name. */
  readonly source?: string;
  /** Changes what the reader makes of a record: metadata as attributes, another user name. */
  readonly user?: (record: Entry, usual: MappedImport) => MappedImport;
}

/** One record with what was read of it, or the reason why nothing could be. */
export type ReadRecord<Entry> =
  | { readonly line: number; readonly raw: string; readonly record: Entry }
  | { readonly line: number; readonly raw: string; readonly reason: string };

/** Each record as a user, or refused with the reason; never thrown for what stands in one record. */
export async function* importUsers<Entry>(
  records: AsyncIterable<ReadRecord<Entry>>,
  name: string,
  settings: ImportSettings<Entry>,
  map: (record: Entry, source: string) => MappedImport,
): AsyncGenerator<ImportRecord> {
  const { source = name } = settings;
  for await (const read of records) {
    const { line, raw } = read;
    if ("reason" in read) {
      yield { kind: "refused", line, raw, reason: `${source}: ${read.reason}` };
      continue;
    }
    try {
      const usual = map(read.record, source);
      const user = parseImportedUser(adjusted(read.record, usual, source, settings.user), source);
      yield { kind: "user", line, raw, user };
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      yield { kind: "refused", line, raw, reason: error.message };
    }
  }
}

function adjusted<Entry>(
  record: Entry,
  usual: MappedImport,
  source: string,
  user: ImportSettings<Entry>["user"],
): MappedImport {
  if (user === undefined) return usual;
  try {
    return user(record, usual);
  } catch (cause) {
    throw new MigrationError("RECORD_UNUSABLE", `${source}: \`user\` threw on a record`, { cause });
  }
}

/** Values of a list have to be objects. */
export async function* objectsOf(records: AsyncIterable<JsonRecord>): AsyncGenerator<ReadRecord<AccountFields>> {
  for await (const read of records) {
    if ("reason" in read) yield read;
    else if (isAccount(read.value)) yield { line: read.line, raw: read.raw, record: read.value };
    else yield { line: read.line, raw: read.raw, reason: "no JSON object" };
  }
}

/** A row is an object of its columns; an empty field is not there, unless it is to be kept. */
export async function* objectsOfRows(
  records: AsyncIterable<CsvRecord>,
  empty: "keep-empty" | "drop-empty" = "drop-empty",
): AsyncGenerator<ReadRecord<AccountFields>> {
  for await (const read of records) {
    if ("reason" in read) yield read;
    else {
      const fields = [...read.row].filter(([, value]) => empty === "keep-empty" || value !== "");
      yield { line: read.line, raw: read.raw, record: Object.fromEntries(fields) };
    }
  }
}

/** Why a record is no user: the message is what the operator reads. */
export function noUser(source: string, why: string): MigrationError {
  return new MigrationError("RECORD_UNUSABLE", `${source}: ${why}`);
}
