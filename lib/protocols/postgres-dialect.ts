import type { SqlDialect } from "./sql-statements.ts";

/**
 * Parameters `$1`, `$2`. A dollar sign in a text is no parameter: where hash like '$2a$%'.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export const postgresDialect: SqlDialect = {
  tokens: /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<parameter>\$[0-9]+)/g,
  numbered: true,
  example: (_, place) => `$${place}`,
};
