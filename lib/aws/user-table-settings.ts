import type { MappedUser } from "../core/legacy-record.ts";
import type { Lookup, NewUser, UserChanges } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { AssumedRole } from "./assumed-role.ts";
import type { Item } from "./item-values.ts";
import type { ItemFinder } from "./user-finder.ts";

export type FindName = "byEmail" | "byPhone" | "byUsername" | "byId";

const lookupOf: Readonly<Record<FindName, Lookup["by"]>> = {
  byEmail: "email",
  byPhone: "phone",
  byUsername: "username",
  byId: "id",
};

/** A table of users, and how to read it. What is left out cannot be done. */
export interface UserTableSettings {
  /** The table's name; or its ARN, where it belongs to another account that lets this function in by the table's policy. */
  readonly table: string;
  /** Default: the function's own, or the one in the table's ARN. */
  readonly region?: string;
  /** The role to take for the calls, where this function's own may not make them: the table of another account. */
  readonly role?: AssumedRole;
  /** The table's own key: the partition key, and the sort key where it has one. Default: the key of a finder without an index. */
  readonly tableKey?: readonly [string] | readonly [string, string];
  readonly find: Partial<Record<FindName, ItemFinder>>;
  readonly user: (item: Item) => MappedUser;
  /** Which items are users, in a table that has others too. Default: all. */
  readonly isUser?: (item: Item) => boolean;
  /** `true` to allow it: a Scan of the table. */
  readonly list?: boolean;
  /** `true` to allow it: a Scan of the table too, since DynamoDB has no index that finds a part of a text. */
  readonly search?: boolean;
  /** The whole item of a new user, its key too. */
  readonly create?: (user: NewUser) => Item;
  /** The attributes that change, by their names in the table: null takes one away, undefined leaves it as it is. */
  readonly update?: (changes: UserChanges) => Item;
  /** `true` to allow it. */
  readonly remove?: boolean;
  /** Notes that the user has moved: the attribute that gets the time as ISO 8601 text, unless it is there; or attributes of your own. */
  readonly mark?: string | ((at: Date) => Item);
}

/** The finders by what they find by; whatever is no finder is left out. */
export function findersOf(find: unknown): ReadonlyMap<Lookup["by"], ItemFinder> {
  const given = Object.entries((find ?? {}) as Partial<Record<FindName, ItemFinder>>);
  return new Map(
    given.flatMap(([name, finder]) =>
      isFindName(name) && isObject(finder) ? [[lookupOf[name], finder] as const] : [],
    ),
  );
}

/** The table's own key as it is set, or as a finder without an index has it. */
export function tableKeyOf({
  tableKey,
  find,
}: Partial<Pick<UserTableSettings, "tableKey" | "find">>): readonly string[] {
  if (Array.isArray(tableKey)) return tableKey;
  const own = [...findersOf(find).values()].find(({ key, index }) => index === undefined && typeof key === "string");
  return typeof own?.key === "string" ? [own.key] : [];
}

export function regionOf({ region, table }: Pick<UserTableSettings, "region" | "table">): string | undefined {
  return region ?? (typeof table === "string" ? arnForm.exec(table)?.[1] : undefined);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const nameForm = /^[A-Za-z0-9_.-]{3,255}$/;
const arnForm = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):[0-9]{12}:table\/[A-Za-z0-9_.-]{3,255}$/;
const roleForm = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/.+$/;

/** What is wrong with the settings of a table. */
export function userTableFaults(
  settings: Readonly<Partial<Record<keyof UserTableSettings, unknown>>>,
): readonly SettingFault[] {
  const { table, region, role, tableKey, find, remove, update, mark } = settings;
  const faults: SettingFault[] = [];
  const check = (holds: boolean, path: string, message: string) => {
    if (!holds) faults.push({ path, message });
  };
  check(
    typeof table === "string" && (nameForm.test(table) || arnForm.test(table)),
    "table",
    "has to be the table's name, or arn:aws:dynamodb:REGION:ACCOUNT:table/NAME",
  );
  check(
    region === undefined || (typeof region === "string" && /^[a-z]{2}(?:-[a-z]+)+-[0-9]+$/.test(region)),
    "region",
    "has to be a region, as eu-west-1: where the table is",
  );
  check(
    role === undefined || (isObject(role) && typeof role.arn === "string" && roleForm.test(role.arn)),
    "role.arn",
    "has to be arn:aws:iam::ACCOUNT:role/NAME: who may ask the table",
  );
  const known = tableKeyOf({ tableKey, find } as Partial<Pick<UserTableSettings, "tableKey" | "find">>);
  check(
    (tableKey === undefined || Array.isArray(tableKey)) &&
      known.length >= 1 &&
      known.length <= 2 &&
      known.every(isName),
    "tableKey",
    'has to be the names of the table\'s own key, as ["userId"] or ["pk", "sk"]: every item is read by it',
  );
  faults.push(...findFaults(find));
  for (const path of ["user", "isUser", "create", "update"] as const) {
    const needed = path === "user";
    check(typeof settings[path] === "function" || (!needed && settings[path] === undefined), path, purposes[path]);
  }
  for (const path of ["list", "search", "remove"] as const) {
    check([undefined, true, false].includes(settings[path] as boolean | undefined), path, "allowed are true and false");
  }
  check(
    mark === undefined || typeof mark === "function" || (isName(mark) && !known.includes(mark)),
    "mark",
    'has to be the name of an attribute that is no key ("movedAt"), or a function from the time to attributes',
  );
  const changes = remove === true || update !== undefined || mark !== undefined;
  check(!changes || findersOf(find).has("id"), "find.byId", "missing; update, remove and mark find the user by the id");
  return faults;
}

const purposes = {
  user: "has to be a function from an item to { id, username, enabled, attributes, password }",
  isUser: "has to be a function from an item to true or false: which items are users",
  create: "has to be a function from a new user to the item that is stored",
  update: "has to be a function from changes to the attributes that change",
} as const;

function findFaults(find: unknown): readonly SettingFault[] {
  const names = Object.keys(lookupOf).join(", ");
  const finders = Object.entries(find ?? {});
  if (finders.length === 0) {
    return [{ path: "find", message: `no look-up; allowed are ${names}, each { key } of the table or { index, key }` }];
  }
  return finders.flatMap(([name, finder]) => {
    const path = `find.${name}`;
    if (!isFindName(name)) return [{ path, message: `no such look-up; there are ${names}` }];
    if (!isObject(finder)) return [{ path, message: 'has to be { key: "attribute" } or { index: "name", key }' }];
    const { key, index, ...others } = finder;
    const faults: SettingFault[] = Object.keys(others).map((one) => ({
      path: `${path}.${one}`,
      message: "no such setting; there are key and index",
    }));
    if (!isName(key) && typeof key !== "function") {
      const message = "has to be the name of the key's attribute, or a function from the identifier to the key";
      faults.push({ path: `${path}.key`, message });
    }
    if (index !== undefined && !(typeof index === "string" && nameForm.test(index))) {
      faults.push({ path: `${path}.index`, message: "has to be the name of an index of the table" });
    }
    return faults;
  });
}

function isFindName(name: string): name is FindName {
  return Object.hasOwn(lookupOf, name);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && Buffer.byteLength(value) <= 255;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
