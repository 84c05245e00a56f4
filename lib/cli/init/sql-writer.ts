/** The databases that a schema of tables may stand in. */
export type SqlSourceName = "postgres" | "mysql" | "mssql";

/** How one database writes what the schemas say. */
export interface SqlWriter {
  readonly source: SqlSourceName;
  readonly title: string;
  /** What the connection's secret looks like. */
  readonly address: string;
  /** The identifier in a `find` statement. */
  readonly parameter: string;
  /** What to know of the comparisons in `find`. */
  readonly findNote: string;
  /** A condition that finds by a text in any case. */
  folded(column: string): string;
  /** A key that may be a number, as text. */
  asText(column: string): string;
  /** A name that keeps its capitals. */
  name(name: string): string;
  /** A condition as a column: true or false, never NULL. */
  flag(condition: string, column: string): string;
  /** A column of true and false in the mapping. */
  isTrue(column: string): string;
  isFalse(column: string): string;
  readonly now: string;
}

const postgres: SqlWriter = {
  source: "postgres",
  title: "PostgreSQL",
  address: "postgres://user:password@host:5432/database",
  parameter: "$1",
  findNote: "The typed text comes in lower case. Many users: have an index on lower(…).",
  folded: (column) => `lower(${column}) = $1`,
  asText: (column) => `${column}::text = $1`,
  name: (name) => `"${name}"`,
  flag: (condition, column) => `(${condition}) is true as ${column}`,
  isTrue: (column) => `row.${column}`,
  isFalse: (column) => `!row.${column}`,
  now: "now()",
};

const mysql: SqlWriter = {
  source: "mysql",
  title: "MySQL or MariaDB",
  address: "mysql://user:password@host:3306/database",
  parameter: ":identifier",
  findNote: "The typed text comes in lower case. Columns with a _bin collation: compare lower(…) with it.",
  folded: (column) => `${column} = :identifier`,
  asText: (column) => `cast(${column} as char) = :identifier`,
  name: (name) => name,
  flag: (condition, column) => `(${condition}) is true as ${column}`,
  isTrue: (column) => `row.${column} === 1`,
  isFalse: (column) => `row.${column} === 0`,
  now: "utc_timestamp()",
};

const mssql: SqlWriter = {
  source: "mssql",
  title: "SQL Server",
  address: "mssql://user:password@host:1433/database",
  parameter: "@identifier",
  findNote: "The typed text comes in lower case. Columns with a case-sensitive collation: compare lower(…) with it.",
  folded: (column) => `${column} = @identifier`,
  asText: (column) => `cast(${column} as nvarchar(450)) = @identifier`,
  name: (name) => `[${name}]`,
  flag: (condition, column) => `cast(case when ${condition} then 1 else 0 end as bit) as ${column}`,
  isTrue: (column) => `row.${column}`,
  isFalse: (column) => `!row.${column}`,
  now: "sysdatetimeoffset()",
};

export const sqlWriters = { postgres, mysql, mssql } as const;
