import type { UserNames } from "../../core/platform-name.ts";
import type { FormatCall } from "./config-parts.ts";
import type { SqlSourceName, SqlWriter } from "./sql-writer.ts";

/** The tables of one framework or product. */
export interface SqlSchema {
  readonly name: string;
  readonly title: string;
  readonly on: readonly SqlSourceName[];
  /** How a pool may name these users; the first is what people type today. */
  readonly userNames: readonly [UserNames, ...UserNames[]];
  /** The schema in one database's SQL. */
  read(sql: SqlWriter): SqlReading;
}

export interface SqlReading {
  /** What to check of the statement, as comment lines without their slashes. */
  readonly notes?: readonly string[];
  /** `select … from …`, one clause a line; with a `where` only if it holds for every look-up. */
  readonly select: string;
  /** The condition of each look-up. */
  readonly find: Readonly<Partial<Record<"byEmail" | "byPhone" | "byUsername" | "byId", string>>>;
  /** Names and addresses stand there in one case, and are compared as they are. */
  readonly exact?: true;
  /** The members of what the mapping answers. */
  readonly user: string;
  readonly passwordNotes?: readonly string[];
  readonly formats: readonly FormatCall[];
}

/** A family without settings. */
export function format(file: string, call: string): FormatCall {
  return { file, call };
}
