// From the records of an export to users: what the readers of all vendors share.

import { MigrationError } from "../core/errors.ts";
import { type MappedImport, parseImportedUser } from "../core/imported-user.ts";
import type { ImportRecord } from "../core/ports.ts";
import type { AccountFields } from "./account-fields.ts";

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

/** The records of a file, as many at a time as its blocks have: to wait for each one apart costs more than to read it. */
export type ReadRecords<Entry> = AsyncIterable<Iterable<ReadRecord<Entry>>>;

/** Each record as a user, or refused with the reason; never thrown for what stands in one record. */
export async function* importUsers<Entry>(
  records: ReadRecords<Entry>,
  name: string,
  settings: ImportSettings<Entry>,
  map: (record: Entry, source: string) => MappedImport,
): AsyncGenerator<ImportRecord> {
  const { source = name, user } = settings;
  for await (const some of records) for (const read of some) yield toImport(read, source, map, user);
}

function toImport<Entry>(
  read: ReadRecord<Entry>,
  source: string,
  map: (record: Entry, source: string) => MappedImport,
  user: ImportSettings<Entry>["user"],
): ImportRecord {
  const { line, raw } = read;
  if ("reason" in read) return { kind: "refused", line, raw, reason: `${source}: ${read.reason}` };
  try {
    const mapped = adjusted(read.record, map(read.record, source), source, user);
    return { kind: "user", line, raw, user: parseImportedUser(mapped, source) };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return { kind: "refused", line, raw, reason: error.message };
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

/** Why a record is no user: the message is what the operator reads. */
export function noUser(source: string, why: string): MigrationError {
  return new MigrationError("RECORD_UNUSABLE", `${source}: ${why}`);
}
