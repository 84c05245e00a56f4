import { MigrationError } from "../core/errors.ts";
import type { SqlValue } from "./sql-driver.ts";

/** How a database writes its parameters. */
export interface SqlDialect {
  /** Finds each parameter as the group `parameter`, and takes texts, quoted names and comments as a whole. */
  readonly tokens: RegExp;
  /** Whether `$2` tells its place; else a parameter has a name, or its place is the order in which it stands. */
  readonly numbered: boolean;
  /** How one stands in a message: `$1`, `:email`. */
  example(name: string, place: number): string;
  /** What the driver wants in the place of a named parameter, and whether it wants a value for each time it stands there. */
  readonly named?: { readonly write: (place: number) => string; readonly eachTime: boolean };
}

/** Values by place (`$1`, `?`) or by name (`:email`, `@email`); undefined is NULL. */
export type SqlValues = readonly (SqlValue | undefined)[] | Readonly<Record<string, SqlValue | undefined>>;

/** A statement as it is sent, and what its parameters stand for. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters:
    | { readonly by: "place"; readonly count: number }
    /** The distinct names, and which of them stands at each place of the driver's. */
    | { readonly by: "name"; readonly names: readonly string[]; readonly places: readonly number[] };
}

/** Reads a statement's parameters; a text of ours tells what is wrong with it. */
export function readStatement(sql: unknown, dialect: SqlDialect): SqlStatement | string {
  if (typeof sql !== "string" || sql.trim() === "") return "has to be a SQL statement";
  const found = [...sql.matchAll(dialect.tokens)].flatMap(({ groups }) => groups?.parameter ?? []);
  if (dialect.numbered) {
    const numbers = new Set(found.map((one) => Number(one.slice(1))));
    const gap = Array.from({ length: Math.max(0, ...numbers) }, (_, index) => index + 1).find(
      (number) => !numbers.has(number),
    );
    if (numbers.has(0) || gap !== undefined) return `has the parameters ${listed(found)}, and a number is left out`;
    return { sql, parameters: { by: "place", count: numbers.size } };
  }
  const named = found.filter((one) => one !== "?").map((one) => one.slice(1));
  if (named.length === 0) return { sql, parameters: { by: "place", count: found.length } };
  if (named.length < found.length) return `mixes parameters with and without a name: ${listed(found)}`;
  const names = [...new Set(named)];
  const written: number[] = [];
  const sent = sql.replace(dialect.tokens, (token, ...rest: unknown[]) => {
    const { parameter } = rest.at(-1) as { readonly parameter?: string };
    if (parameter === undefined || dialect.named === undefined) return token;
    const place = names.indexOf(parameter.slice(1));
    written.push(place);
    return dialect.named.write(place);
  });
  const places = dialect.named?.eachTime === true ? written : names.map((_, place) => place);
  return { sql: sent, parameters: { by: "name", names, places } };
}

/** What is wrong with a statement that has to have these parameters and no others; undefined when nothing is. */
export function parameterFault(sql: unknown, needed: readonly string[], dialect: SqlDialect): string | undefined {
  const wanted = listed(needed.map((name, index) => dialect.example(name, index + 1)));
  const statement = readStatement(sql, dialect);
  if (typeof statement === "string") return `${statement} with ${wanted}`;
  const { parameters } = statement;
  const fits =
    parameters.by === "place"
      ? parameters.count === needed.length
      : parameters.names.length === needed.length && needed.every((name) => parameters.names.includes(name));
  if (fits) return undefined;
  const found = [...String(sql).matchAll(dialect.tokens)].flatMap(({ groups }) => groups?.parameter ?? []);
  return `has the parameters ${listed([...new Set(found)]) || "none"}; needed is ${wanted} alone (${needed.join(", ")})`;
}

/**
 * The values in the driver's order.
 * @throws MigrationError CONFIG_INVALID that names the statement when they do not fit it; never their text.
 */
export function bindValues(what: string, statement: SqlStatement, values: unknown): readonly SqlValue[] {
  const { parameters } = statement;
  const unfit = (why: string) => new MigrationError("CONFIG_INVALID", `${what}: ${why}`);
  if (typeof values !== "object" || values === null) {
    throw unfit("`values` answered neither a list nor an object with names");
  }
  if (parameters.by === "place") {
    const { length } = Array.isArray(values) ? values : Object.keys(values);
    if (!Array.isArray(values) && length > 0) throw unfit("has parameters without names, and `values` answered names");
    if (length !== parameters.count) {
      throw unfit(`has ${parameters.count} parameters, and \`values\` answered ${length}`);
    }
    return (Array.isArray(values) ? values : []).map((value, index) => readValue(value, String(index + 1), unfit));
  }
  const { names, places } = parameters;
  if (Array.isArray(values)) throw unfit(`has the parameters ${listed(names)}, and \`values\` answered a list`);
  const given = values as Readonly<Record<string, unknown>>;
  const wrong = [
    ...names.filter((name) => !Object.hasOwn(given, name)),
    ...Object.keys(given).filter((name) => !names.includes(name)),
  ];
  if (wrong.length > 0) throw unfit(`the statement's parameters and \`values\` differ in ${listed(wrong)}`);
  const byName = names.map((name) => readValue(given[name], name, unfit));
  return places.map((place) => byName[place] ?? null);
}

function readValue(value: unknown, name: string, unfit: (why: string) => MigrationError): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof Date && Number.isFinite(value.getTime())) return value;
  throw unfit(`the value ${name} is of the type ${typeof value}, allowed are text, number, boolean, Date, null`);
}

function listed(names: readonly string[]): string {
  return names.join(", ");
}
