import dynaliteDb from "dynalite/db/index.js";
import type { Backend } from "./backend.ts";
import type { Tables } from "./tables.ts";
import { asItem, asObject, errorOf, type Item, type Json, succeeded } from "./wire.ts";

/** Where one item stands, and what stood there when it was looked at. `id` is equal for equal keys of one table. */
export interface FoundItem {
  readonly table: string;
  readonly key: Item;
  readonly id: string;
  readonly image: Item | undefined;
}

/** Single items in dynalite, read and put back as they were. */
export interface Items {
  /** The item that an action names by its `Key`, or by the key attributes of its `Item`; a text says why it names none. */
  find(table: string, keyOrItem: Item, from: "key" | "item"): Promise<FoundItem | string>;
  /** Makes the place hold its image again. */
  restore(found: FoundItem): Promise<void>;
}

export function openItems(backend: Backend, tables: Tables): Items {
  return {
    find: async (table, keyOrItem, from) => {
      const keys = tableKeys(await tables.find(table));
      const names = from === "item" ? keys.KeySchema.map((part) => part.AttributeName) : Object.keys(keyOrItem);
      const key = Object.fromEntries(
        names.flatMap((name) => (keyOrItem[name] === undefined ? [] : [[name, keyOrItem[name]]])),
      );
      const reply = await backend.call("GetItem", JSON.stringify({ TableName: table, Key: key, ConsistentRead: true }));
      const error = errorOf(reply);
      // dynalite judges the key: a wrong one cannot be read.
      if (error?.type === "ValidationException") return error.message;
      const image = asItem(succeeded(reply).Item);
      return { table, key, id: `${table}/${dynaliteDb.createKey(key, keys)}`, image };
    },
    restore: async ({ table, key, image }) => {
      const operation = image === undefined ? "DeleteItem" : "PutItem";
      const rest = image === undefined ? { Key: key } : { Item: image };
      succeeded(await backend.call(operation, JSON.stringify({ TableName: table, ...rest })));
    },
  };
}

/** Bytes of an item as DynamoDB counts them; 0 for none. */
export function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : dynaliteDb.itemSize(item);
}

function tableKeys(table: Json): Parameters<typeof dynaliteDb.createKey>[1] {
  const list = (name: string) =>
    Array.isArray(table[name]) ? table[name].map((entry: unknown) => asObject(entry) ?? {}) : [];
  return {
    KeySchema: list("KeySchema").map((part) => ({ AttributeName: String(part.AttributeName) })),
    AttributeDefinitions: list("AttributeDefinitions").map((part) => ({
      AttributeName: String(part.AttributeName),
      AttributeType: String(part.AttributeType),
    })),
  };
}
