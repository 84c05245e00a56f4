import type { SettingFault } from "../core/setting-faults.ts";
import { undefinedIn } from "./mongodb-fields.ts";
import { lookupOf } from "./sql-settings.ts";

/** A setting as a config in plain JavaScript may have it. */
export type GivenMongodbSettings = Readonly<
  Partial<
    Record<
      | "database"
      | "collection"
      | "find"
      | "collation"
      | "filter"
      | "user"
      | "list"
      | "search"
      | "create"
      | "update"
      | "remove"
      | "mark",
      unknown
    >
  >
>;

/** What is wrong with the settings of a collection of users. */
export function mongodbSettingFaults(settings: GivenMongodbSettings): readonly SettingFault[] {
  const { find, collation, filter, search } = settings;
  const faults: SettingFault[] = [];
  const check = (path: string, right: boolean, message: string) => {
    if (!right) faults.push({ path, message });
  };
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  const { database, collection } = settings;
  check("database", database === undefined || isText(database), "has to be the name of a database, or left out");
  check("collection", isText(collection), "has to be the name of the collection that has the users");
  faults.push(...findFaults(find));
  check(
    "collation",
    collation === undefined || collation === "none" || isText(fieldOf(collation, "locale")),
    'has to be a collation of MongoDB with its locale ({ locale: "en", strength: 2 }) or "none"',
  );
  check(
    "filter",
    filter === undefined || (isObject(filter) && undefinedIn(filter) === undefined),
    "has to be a filter of MongoDB, an object without `undefined` in it, or left out",
  );
  check(
    "user",
    typeof settings.user === "function",
    "has to be a function from a document to { id, username, enabled, attributes, password }",
  );
  check(
    "search",
    search === undefined || (Array.isArray(search) && search.length > 0 && search.every(isPath)),
    'has to be a list of fields that a text is sought in: ["email", "name"]',
  );
  for (const path of ["list", "remove"] as const) {
    check(path, settings[path] === undefined || settings[path] === true, "has to be true, or left out");
  }
  for (const path of ["create", "update"] as const) {
    const given = path === "create" ? "a new user to a document" : "the changes to operators ({ $set: … })";
    check(
      path,
      settings[path] === undefined || typeof settings[path] === "function",
      `has to be a function from ${given}`,
    );
  }
  check(
    "mark",
    settings.mark === undefined || typeof settings.mark === "function" || isPath(settings.mark),
    'has to be a field ("movedAt") or a function from the time to operators ({ $set: … })',
  );
  const needing = (["list", "search", "update", "remove", "mark"] as const).filter(
    (path) => settings[path] !== undefined,
  );
  if (needing.length > 0 && typeof fieldOf(find, "byId") !== "string") {
    faults.push({
      path: "find.byId",
      message: `has to be the field of the user's id ("_id"): ${needing.join(", ")} go by it`,
    });
  }
  return faults;
}

function findFaults(find: unknown): readonly SettingFault[] {
  const finders = Object.entries((find ?? {}) as Readonly<Record<string, unknown>>);
  if (finders.length === 0) {
    return [
      {
        path: "find",
        message:
          "no look-up; allowed are byEmail, byPhone, byUsername and byId, each a field or a function to a filter",
      },
    ];
  }
  return finders.flatMap(([key, finder]) => {
    if (!Object.hasOwn(lookupOf, key)) {
      return [{ path: `find.${key}`, message: `no such look-up; there are ${Object.keys(lookupOf).join(", ")}` }];
    }
    if (isPath(finder) || typeof finder === "function") return [];
    const message = 'has to be a field ("email", "emails.address") or a function from the identifier to a filter';
    return [{ path: `find.${key}`, message }];
  });
}

/** No operator can stand where a field does. */
function isPath(value: unknown): boolean {
  return typeof value === "string" && /^[^.$\0][^.\0]*(?:\.[^.$\0][^.\0]*)*$/.test(value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldOf(value: unknown, field: string): unknown {
  return isObject(value) ? Reflect.get(Object(value), field) : undefined;
}
