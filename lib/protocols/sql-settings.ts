import type { Lookup } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { SqlSettings } from "./sql-source.ts";
import { parameterFault, readStatement, type SqlDialect } from "./sql-statements.ts";

export type FindName = "byEmail" | "byPhone" | "byUsername" | "byId";

export const lookupOf: Readonly<Record<FindName, Lookup["by"]>> = {
  byEmail: "email",
  byPhone: "phone",
  byUsername: "username",
  byId: "id",
};

/** What is wrong with the settings that every SQL source has. */
export function sqlSettingFaults(
  settings: Readonly<Partial<Record<keyof SqlSettings | "connection", unknown>>>,
  dialect: SqlDialect,
): readonly SettingFault[] {
  const { find, user, create, update } = settings;
  const faults = [...findFaults(find, dialect)];
  const check = (path: string, sql: unknown, needed: readonly string[]) => {
    const message = sql === undefined ? undefined : parameterFault(sql, needed, dialect);
    if (message !== undefined) faults.push({ path, message });
  };
  if (typeof user !== "function") {
    faults.push({
      path: "user",
      message: "has to be a function from a row to { id, username, enabled, attributes, password }",
    });
  }
  check("list", settings.list, ["after", "size"]);
  check("search", settings.search, ["text", "after", "size"]);
  check("remove", settings.remove, ["id"]);
  check("mark", settings.mark, ["id", "at"]);
  if (hasUnknownOrder(settings.mark, dialect)) {
    const message = "has two `?`, and `set moved_at = ? where id = ?` has the time first; write :id and :at";
    faults.push({ path: "mark", message });
  }
  return [...faults, ...changeFaults("create", create, dialect), ...changeFaults("update", update, dialect)];
}

export function connectionFaults(connection: unknown): readonly SettingFault[] {
  if (typeof (connection as { readonly read?: unknown } | undefined)?.read === "function") return [];
  return [
    { path: "connection", message: 'has to be secret("name of the secret"): where the database is, and who asks' },
  ];
}

// The two would be taken for each other, and a number in a text is an id to MySQL: somebody else would be marked.
function hasUnknownOrder(sql: unknown, dialect: SqlDialect): boolean {
  const statement = readStatement(sql, dialect);
  if (dialect.numbered || typeof statement === "string") return false;
  return statement.parameters.by === "place" && statement.parameters.count === 2;
}

function findFaults(find: unknown, dialect: SqlDialect): readonly SettingFault[] {
  const statements = Object.entries((find ?? {}) as Readonly<Record<string, unknown>>);
  const parameter = dialect.example("identifier", 1);
  if (statements.length === 0) {
    return [
      {
        path: "find",
        message: `no statement; allowed are byEmail, byPhone, byUsername and byId, each SQL with ${parameter}`,
      },
    ];
  }
  return statements.flatMap(([key, sql]) => {
    const message = Object.hasOwn(lookupOf, key)
      ? parameterFault(sql, ["identifier"], dialect)
      : `no such statement; there are ${Object.keys(lookupOf).join(", ")}`;
    return message === undefined ? [] : [{ path: `find.${key}`, message }];
  });
}

// How many values there are is known only when there is a user; a wrong number is told, with the name, at the call.
function changeFaults(path: "create" | "update", setting: unknown, dialect: SqlDialect): readonly SettingFault[] {
  if (setting === undefined) return [];
  const { sql, values } = (setting ?? {}) as { readonly sql?: unknown; readonly values?: unknown };
  const given = path === "create" ? "(user)" : "(id, changes)";
  const faults: SettingFault[] = [];
  const statement = readStatement(sql, dialect);
  const none = { path: `${path}.sql`, message: "has no parameter: it would do the same for every user" };
  if (typeof statement === "string") faults.push({ path: `${path}.sql`, message: statement });
  else if (statement.parameters.by === "place" && statement.parameters.count === 0) faults.push(none);
  if (typeof values !== "function") {
    faults.push({ path: `${path}.values`, message: `has to be a function: ${given} => the statement's parameters` });
  }
  return faults;
}
