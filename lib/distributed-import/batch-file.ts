// The objects between the functions of a distributed import, as JSON. A batch has passwords as the file had them: it is
// encrypted by the bucket's key, and goes with the import's end.

import { MigrationError } from "../core/errors.ts";
import type { ImportOptions } from "../core/import-options.ts";
import type { Tally } from "../core/import-tally.ts";
import { type ImportedUser, parseImportedUser } from "../core/imported-user.ts";

/** Where a record stands: which one of the file it is, from 1, and its first line. */
export interface Place {
  readonly number: number;
  readonly line: number;
}

export interface BatchRecord extends Place {
  readonly raw: string;
  /** What `parseImportedUser` takes. */
  readonly user: unknown;
}

export interface BatchFile {
  readonly source: string;
  readonly options: ImportOptions;
  readonly records: readonly BatchRecord[];
}

export interface RefusedRecord extends Place {
  readonly reason: string;
  readonly raw: string;
}

/** What became of some records: all are in the tally, the refused ones in their order besides. */
export interface ResultFile {
  readonly tally: Tally;
  readonly refused: readonly RefusedRecord[];
}

/** What the end needs to know of the file. */
export interface FileFacts {
  /** The line that names the columns, where they stand in a line of their own. */
  readonly header?: string;
}

/** A user in a form that JSON keeps and `parseImportedUser` takes: its secrets come out here. */
export function mappedUser(user: ImportedUser): object {
  const { plaintext, totp, ...rest } = user;
  return {
    ...rest,
    ...(plaintext === undefined ? {} : { plaintext: plaintext.revealText() }),
    ...(totp === undefined ? {} : { totp: totp.revealText() }),
  };
}

/** @throws MigrationError RECORD_UNUSABLE */
export function userOf({ user }: BatchRecord, source: string): ImportedUser {
  return parseImportedUser(user, source);
}

/** @throws MigrationError IMPORT_UNREADABLE */
export function parseBatchFile(text: string, key: string): BatchFile {
  const { source, options, records } = parsed(text, key);
  if (typeof source !== "string" || !isObject(options) || !Array.isArray(records)) throw damaged(key);
  if (!records.every((one) => isPlaced(one) && isObject(one.user))) throw damaged(key);
  return { source, options: options as unknown as ImportOptions, records };
}

/** @throws MigrationError IMPORT_UNREADABLE */
export function parseResultFile(text: string, key: string): ResultFile {
  const { tally, refused } = parsed(text, key);
  if (!isObject(tally) || typeof tally.read !== "number" || !Array.isArray(refused)) throw damaged(key);
  if (!refused.every((one) => isPlaced(one) && typeof one.reason === "string")) throw damaged(key);
  return { tally: tally as unknown as Tally, refused };
}

/** @throws MigrationError IMPORT_UNREADABLE */
export function parseFileFacts(text: string, key: string): FileFacts {
  const { header } = parsed(text, key);
  return typeof header === "string" ? { header } : {};
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string, key: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below, without what the parser quotes.
  }
  throw damaged(key);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlaced(value: unknown): value is Fields {
  if (!isObject(value)) return false;
  return Number.isSafeInteger(value.number) && Number.isSafeInteger(value.line) && typeof value.raw === "string";
}

function damaged(key: string): MigrationError {
  return new MigrationError("IMPORT_UNREADABLE", `${key}: not what an import writes there`);
}
