import type { Lookup } from "../../../lib/core/ports.ts";
import { readFamilyVectors } from "../../hashes/family-suite.ts";

/** The databases that run here. */
export type Database = "postgres" | "mysql";

/** SQL in the place of a value. */
export class Raw {
  readonly sql: string;
  constructor(sql: string) {
    this.sql = sql;
  }
}

export type Cell = string | number | boolean | null | Raw;
export interface TableRow {
  readonly table: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** A password that another implementation hashed: a line of test/hashes/vectors. */
export interface Hashed {
  readonly encoded: string;
  readonly password: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One user in a framework's tables, and what the mapping has to make of him. */
export interface Person {
  readonly title: string;
  readonly hashed?: Hashed;
  readonly rows: readonly TableRow[];
  readonly lookups: readonly { readonly by: Lookup["by"]; readonly text: string }[];
  readonly expected: {
    readonly id: string;
    readonly username: string;
    readonly enabled: boolean;
    readonly attributes: Readonly<Record<string, string>>;
    readonly groups?: readonly string[];
  };
}

/** The tables of one framework as it makes them, and people in them. */
export interface FrameworkTables {
  readonly schema: string;
  readonly ddl: Readonly<Partial<Record<Database, string>>>;
  /** What the reader's role needs in PostgreSQL besides the right to select. */
  readonly reader?: "bypassrls";
  readonly people: (database: Database) => readonly Person[];
}

/** The first vector of this format whose password a person can type, and whose hash begins so. */
export function aVector(family: string, format: string, prefix = ""): Hashed {
  for (const { valid, format: its, hash, params, password_hex } of readFamilyVectors(family)) {
    const password = Buffer.from(password_hex, "hex").toString("utf8");
    const isTyped = /^[^\p{C}\ufffd]+$/u.test(password);
    if (valid && its === format && hash.startsWith(prefix) && isTyped) return { encoded: hash, password, params };
  }
  throw new Error(`no vector of ${format} in test/hashes/vectors/${family}.jsonl`);
}

/** The statement that inserts a row. */
export function insertText(database: Database, { table, cells }: TableRow): string {
  const mark = database === "mysql" ? "`" : '"';
  const quoted = (name: string) =>
    name
      .split(".")
      .map((part) => `${mark}${part}${mark}`)
      .join(".");
  const columns = Object.keys(cells).map(quoted).join(", ");
  const values = Object.values(cells).map((cell) => literal(database, cell));
  return `insert into ${quoted(table)} (${columns}) values (${values.join(", ")})`;
}

function literal(database: Database, cell: Cell): string {
  if (cell instanceof Raw) return cell.sql;
  if (typeof cell !== "string") return String(cell);
  const text = database === "mysql" ? cell.replaceAll("\\", "\\\\") : cell;
  return `'${text.replaceAll("'", "''")}'`;
}
