import { MigrationError } from "../core/errors.ts";
import type { Lookup } from "../core/ports.ts";
import { type Attributes, type KeyValues, writeKey } from "./item-values.ts";
import type { UserTable } from "./user-table.ts";

/** By which key a table, or an index of it, has a user of an identifier. */
export interface ItemFinder {
  /**
   * The attribute that has the identifier as it is, or a function from the identifier to the key's attributes; undefined
   * for a text that is nobody's.
   */
  readonly key: string | ((identifier: string) => KeyValues | undefined);
  /** Left out: the table itself. */
  readonly index?: string;
}

export interface UserFinder {
  /** The items of this identifier, whole, as they stand now; two where it is ambiguous. */
  items(by: Lookup["by"], text: string, signal: AbortSignal): Promise<readonly Attributes[]>;
  /** The table's key of an item. */
  keyOf(item: Attributes): Attributes;
}

/**
 * Finds items by the adopter's keys. An index says which items there are; each is then read by the table's own key: an
 * index may lag behind and may have only some of the attributes, and a user who was disabled a moment ago is disabled.
 */
export function openUserFinder(
  name: string,
  table: UserTable,
  tableKey: readonly string[],
  finders: ReadonlyMap<Lookup["by"], ItemFinder>,
): UserFinder {
  function keyOf(item: Attributes): Attributes {
    return Object.fromEntries(tableKey.flatMap((one) => (item[one] === undefined ? [] : [[one, item[one]]])));
  }

  return {
    keyOf,
    async items(by, text, signal) {
      signal.throwIfAborted();
      const finder = finders.get(by);
      const wanted = finder === undefined ? undefined : keyFor(`${name}: the key of find by ${by}`, finder, text);
      if (finder === undefined || wanted === undefined) return [];
      const isWhole = finder.index === undefined && tableKey.every((one) => Object.hasOwn(wanted, one));
      const keys = isWhole ? [wanted] : await table.query(finder.index, wanted, tableKey, signal);
      const items = await Promise.all(keys.map((key) => table.get(key, signal)));
      return items.filter((item) => item !== undefined).filter((item) => carries(item, wanted));
    },
  };
}

function keyFor(what: string, { key }: ItemFinder, text: string): Attributes | undefined {
  if (typeof key === "string") return writeKey(what, { [key]: text });
  let values: unknown;
  try {
    values = key(text);
  } catch (cause) {
    throw new MigrationError("CONFIG_INVALID", `${what} threw; for a text that is nobody's it answers undefined`, {
      cause,
    });
  }
  return values === undefined ? undefined : writeKey(what, values);
}

/** Whether the item still has the key that an index found it by. */
function carries(item: Attributes, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const found = item[name];
    return found !== undefined && found.S === value.S && found.N === value.N;
  });
}
