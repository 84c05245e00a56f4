import type { ConnectionDriver } from "./single-connection.ts";

/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** What goes into a parameter of a statement. A Date is the instant: each driver writes it in UTC, whatever its clock's zone. */
export type SqlValue = string | number | boolean | Date | null;

export interface SqlAnswer {
  readonly rows: readonly Row[];
  /** How many rows the statement changed. */
  readonly affected: number;
  /** The key that the database gave to a new row, where it tells without being asked (MySQL). */
  readonly insertId?: string;
}

/**
 * A connection that runs parameterised statements.
 * Both throw MigrationError SOURCE_UNAVAILABLE, SOURCE_REFUSED_CREDENTIAL; the signal's reason when it aborted.
 */
export interface SqlConnection {
  /** A statement that changes nothing: asked once more, on a new connection, when the first was lost. */
  query(sql: string, values: readonly SqlValue[], signal: AbortSignal): Promise<readonly Row[]>;
  /**
   * A statement that changes data, in a transaction of its own and never sent twice. When `accept` throws, nothing is
   * changed.
   * @throws MigrationError RECORD_TAKEN when a unique value is another row's.
   */
  change<T>(
    sql: string,
    values: readonly SqlValue[],
    accept: (answer: SqlAnswer) => T,
    signal: AbortSignal,
  ): Promise<T>;
  warm(): void;
  close(): Promise<void>;
}

/** What a SQL database's driver does for its one connection. */
export interface SqlDriver<Client> extends Omit<ConnectionDriver<Client>, "prove"> {
  run(client: Client, sql: string, values: readonly SqlValue[]): Promise<SqlAnswer>;
  transaction(client: Client, step: "begin" | "commit" | "rollback"): Promise<unknown>;
}
