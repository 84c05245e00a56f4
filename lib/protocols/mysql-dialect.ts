import type { SqlDialect } from "./sql-statements.ts";

/**
 * Parameters `?` in their order, or `:name`, each as often as it is needed. The driver gets `?` either way.
 * @see https://dev.mysql.com/doc/refman/8.4/en/string-literals.html, https://dev.mysql.com/doc/refman/8.4/en/comments.html
 */
export const mysqlDialect: SqlDialect = {
  tokens:
    /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|`[^`]*`|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|(?<parameter>\?|:[A-Za-z_][A-Za-z0-9_]*)/g,
  numbered: false,
  example: (name) => `:${name}`,
  named: { write: () => "?", eachTime: true },
};
