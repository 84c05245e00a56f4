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
  readonly people: (database: Database) => readonly Person[];
}

/** The first vector of this format that its password is text for, and whose hash begins so. */
export function aVector(family: string, format: string, prefix = ""): Hashed {
  const found = readFamilyVectors(family).find(
    (one) =>
      one.valid &&
      one.format === format &&
      one.hash.startsWith(prefix) &&
      /^(?:2[0-9a-f]|[3-6][0-9a-f]|7[0-9a-e])+$/.test(one.password_hex),
  );
  if (found === undefined) throw new Error(`no vector of ${format} in test/hashes/vectors/${family}.jsonl`);
  const password = Buffer.from(found.password_hex, "hex").toString("utf8");
  return { encoded: found.hash, password, params: found.params };
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
