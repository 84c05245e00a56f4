import { describe, expect, test } from "vitest";
import { mssqlDialect } from "../../lib/protocols/mssql-dialect.ts";
import { mysqlDialect } from "../../lib/protocols/mysql-dialect.ts";
import { postgresDialect } from "../../lib/protocols/postgres-dialect.ts";
import { bindValues, readStatement, type SqlDialect } from "../../lib/protocols/sql-statements.ts";

const read = (sql: string, dialect: SqlDialect) => {
  const statement = readStatement(sql, dialect);
  return typeof statement === "string" ? expect.unreachable(statement) : statement;
};

describe("a statement's parameters", () => {
  test("are sent as the driver wants them, and in its order", () => {
    const sql = "select ':a' from t where b = :b or a = :a or b = :b";
    const statement = read(sql, mysqlDialect);
    expect(statement.sql).toBe("select ':a' from t where b = ? or a = ? or b = ?");
    expect(bindValues("find", statement, { a: "1", b: "2" })).toEqual(["2", "1", "2"]);
  });

  test("are written again as often as they stand there, where the driver knows them by name", () => {
    const statement = read("select @@version, @a, @b, @a", mssqlDialect);
    expect(statement.sql).toBe("select @@version, @p0, @p1, @p0");
    expect(bindValues("find", statement, { a: "1", b: true })).toEqual(["1", true]);
  });

  test("are no part of texts, quoted names and comments", () => {
    for (const [sql, dialect] of [
      [`select '$2', "$3", $1 -- $4\n /* $5 */`, postgresDialect],
      ["select '?', 'it''s ?', 'a\\'?', \"?\", `?`, ? # ?\n -- ?\n /* ? */", mysqlDialect],
    ] as const) {
      expect(bindValues("find", read(sql, dialect), ["x"]), sql).toEqual(["x"]);
    }
  });

  test.each([
    ["select $1, $3", postgresDialect],
    ["select $0", postgresDialect],
    ["select ?, :a", mysqlDialect],
    [" ", mssqlDialect],
  ])("that do not hang together are refused: %s", (sql, dialect) => {
    expect(readStatement(sql, dialect)).toBeTypeOf("string");
  });
});

describe("values", () => {
  test("that are undefined are NULL", () => {
    expect(bindValues("create", read("select $1, $2", postgresDialect), [undefined, null])).toEqual([null, null]);
  });

  test.each([
    ["too few", ["a"]],
    ["too many", ["a", "b", "c"]],
    ["by name", { a: 1 }],
    ["no list", "ab"],
    ["an object", ["a", { $gt: "canary" }]],
    ["no number", ["a", Number.NaN]],
  ])("that do not fit are told with the statement's name and without their text: %s", (_, values) => {
    const bind = () => bindValues("legacy: create", read("select $1, $2", postgresDialect), values);
    expect(bind).toThrow(/^legacy: create: /);
    expect(bind).not.toThrow(/canary/);
  });

  test.each([[{ a: 1 }], [{ a: 1, b: 2, c: 3 }], [["1", "2"]]])("have the names of the statement: %j", (values) => {
    expect(() => bindValues("create", read("select :a, :b", mysqlDialect), values)).toThrow(/^create: /);
  });
});
