import type { SqlDialect } from "./sql-statements.ts";

/**
 * Parameters `@name`, each as often as it is needed. `@@rowcount` and the like are the server's own.
 * @see https://learn.microsoft.com/en-us/sql/t-sql/language-elements/variables-transact-sql
 */
export const mssqlDialect: SqlDialect = {
  tokens:
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\[(?:[^\]]|\]\])*\]|--[^\n]*|\/\*[\s\S]*?\*\/|@@\w+|(?<parameter>@[A-Za-z_]\w*)/g,
  numbered: false,
  example: (name) => `@${name}`,
  named: { write: (place) => `@p${place}`, eachTime: false },
};
