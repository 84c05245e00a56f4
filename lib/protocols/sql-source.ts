import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, NewUser, Page, PageRequest, UserChanges } from "../core/ports.ts";
import type { LegacyUser } from "../core/user.ts";
import { containsText } from "./contains-text.ts";
import type { Row, SqlAnswer, SqlConnection, SqlValue } from "./sql-driver.ts";
import { type FindName, lookupOf } from "./sql-settings.ts";
import { bindValues, readStatement, type SqlDialect, type SqlStatement, type SqlValues } from "./sql-statements.ts";

/** The adopter's own SQL. What is left out cannot be done. */
export interface SqlSettings {
  /** Statements with one parameter: the canonical identifier (e-mail and, by default, user name in lower case). */
  readonly find: Partial<Record<FindName, string>>;
  readonly user: (row: Row) => MappedUser;
  /**
   * Every user, ordered by `id` and only those after the given one, which is NULL on the first page. Parameters:
   * after, size.
   */
  readonly list?: string;
  /** As `list`, and only users who contain the text. Parameters: text, after, size. */
  readonly search?: string;
  /** Best with the new row as its answer; else the user is read by the new key or by `find.byUsername`. */
  readonly create?: { readonly sql: string; readonly values: (user: NewUser) => SqlValues };
  /** Changes one user, and leaves as it is what `changes` does not have. Best with the row as its answer. */
  readonly update?: { readonly sql: string; readonly values: (id: string, changes: UserChanges) => SqlValues };
  /** Parameter: id. */
  readonly remove?: string;
  /** Notes that the user has moved. Parameters: id, and at, when that was. */
  readonly mark?: string;
}

/** The port's operations by the adopter's statements, on any connection that runs a statement with parameters. */
export function sqlSource(
  name: string,
  settings: SqlSettings,
  dialect: SqlDialect,
  connection: SqlConnection,
): LegacySource {
  const { list, search, create, update, remove, mark } = settings;
  const found = Object.entries(settings.find ?? {}).map(([key, sql]) => [lookupOf[key as FindName], sql] as const);
  const finders = new Map<Lookup["by"], string>(found);

  /** Values for parameters that are ours: by place, or by their names. */
  function bind(what: string, sql: unknown, ours: Readonly<Record<string, SqlValue>>) {
    const statement = statementOf(what, sql);
    return {
      sql: statement.sql,
      values: bindValues(
        `${name}: ${what}`,
        statement,
        statement.parameters.by === "name" ? ours : Object.values(ours),
      ),
    };
  }

  function statementOf(what: string, sql: unknown): SqlStatement {
    const statement = readStatement(sql, dialect);
    if (typeof statement === "string") throw new MigrationError("CONFIG_INVALID", `${name}: ${what}: ${statement}`);
    return statement;
  }

  function mapRow(row: Row): LegacyUser {
    let mapped: MappedUser;
    try {
      mapped = settings.user(row);
    } catch (cause) {
      throw new MigrationError("RECORD_UNUSABLE", `${name}: \`user\` threw on a row`, { cause });
    }
    return parseLegacyUser(mapped, name);
  }

  async function findBy(by: Lookup["by"], text: string, signal: AbortSignal): Promise<LegacyUser | undefined> {
    const finder = finders.get(by);
    if (finder === undefined) return undefined;
    const { sql, values } = bind(`find by ${by}`, finder, { identifier: text });
    return onlyOne(await connection.query(sql, values, signal), by);
  }

  function onlyOne(rows: readonly Row[], by: string): LegacyUser | undefined {
    const [row] = rows;
    // Never "the first row wins": the two may be two people.
    if (rows.length > 1) throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${rows.length} rows for one ${by}`);
    return row === undefined ? undefined : mapRow(row);
  }

  async function page(
    what: string,
    sql: unknown,
    { size, after }: PageRequest,
    text: string | undefined,
    signal: AbortSignal,
  ): Promise<Page> {
    // One more than asked for tells whether there is a next page.
    const paging = { after: after ?? null, size: size + 1 };
    const bound = bind(what, sql, text === undefined ? paging : { text, ...paging });
    const rows = await connection.query(bound.sql, bound.values, signal);
    const users = rows.slice(0, size).map(mapRow);
    if (after !== undefined && users.some(({ id }) => id === after)) {
      throw new MigrationError("CONFIG_INVALID", `${name}: ${what} came back to where the last page ended`);
    }
    const last = rows.length > size ? users.at(-1)?.id : undefined;
    // What `like` took for a pattern is left out again.
    const kept = text === undefined ? users : users.filter((user) => containsText(user, text));
    return { users: kept, ...(last === undefined ? {} : { next: last }) };
  }

  /** Refuses, before it is kept, what changed more than one user. */
  function changedOne({ rows, affected }: SqlAnswer): { readonly changed: boolean; readonly user?: LegacyUser } {
    const count = Math.max(rows.length, affected);
    if (count > 1)
      throw new MigrationError("RECORD_AMBIGUOUS", `${name}: ${count} rows for one id; nothing is changed`);
    const user = onlyOne(rows, "id");
    return { changed: count === 1, ...(user === undefined ? {} : { user }) };
  }

  async function readBack(found: Promise<LegacyUser | undefined>, what: string): Promise<LegacyUser> {
    const user = await found;
    if (user !== undefined) return user;
    throw new MigrationError("CONFIG_INVALID", `${name}: ${what} answered no row, and the user is not found after it`);
  }

  return {
    name,
    lookups: [...finders.keys()],
    find: (by, signal) => findBy(by.by, by.by === "id" ? by.typed : by.canonical, signal),
    ...(list === undefined
      ? {}
      : { list: (request: PageRequest, signal: AbortSignal) => page("list", list, request, undefined, signal) }),
    ...(search === undefined
      ? {}
      : {
          search: (text: string, request: PageRequest, signal: AbortSignal) =>
            page("search", search, request, text, signal),
        }),
    ...(create === undefined
      ? {}
      : {
          create: async (user: NewUser, signal: AbortSignal) => {
            const statement = statementOf("create", create.sql);
            const values = bindValues(`${name}: create`, statement, create.values(user));
            const accept = (answer: SqlAnswer) => ({ ...changedOne(answer), insertId: answer.insertId });
            const made = await connection.change(statement.sql, values, accept, signal);
            if (made.user !== undefined) return made.user;
            const { insertId } = made;
            const found =
              insertId === undefined || !finders.has("id")
                ? findBy("username", user.username, signal)
                : findBy("id", insertId, signal);
            return readBack(found, "create");
          },
        }),
    ...(update === undefined
      ? {}
      : {
          update: async (id: string, changes: UserChanges, signal: AbortSignal) => {
            const statement = statementOf("update", update.sql);
            const values = bindValues(`${name}: update`, statement, update.values(id, changes));
            const { changed, user } = await connection.change(statement.sql, values, changedOne, signal);
            if (!changed) return undefined;
            return user ?? readBack(findBy("id", id, signal), "update");
          },
        }),
    ...(remove === undefined
      ? {}
      : {
          remove: (id: string, signal: AbortSignal) => changeUnread("remove", remove, { id }, signal),
        }),
    ...(mark === undefined
      ? {}
      : {
          mark: (id: string, at: Date, signal: AbortSignal) => changeUnread("mark", mark, { id, at }, signal),
        }),
    warm: () => connection.warm(),
    close: () => connection.close(),
  };

  /** Without the mapping: a record that cannot be mapped can be removed or marked all the same. */
  async function changeUnread(
    what: string,
    given: string,
    ours: Readonly<Record<string, SqlValue>>,
    signal: AbortSignal,
  ): Promise<boolean> {
    signal.throwIfAborted();
    const { sql, values } = bind(what, given, ours);
    const accept = ({ rows, affected }: SqlAnswer) =>
      changedOne({ rows: [], affected: Math.max(rows.length, affected) });
    return (await connection.change(sql, values, accept, signal)).changed;
  }
}
