/** dynalite 4.0.0 (Apache-2.0) brings no types; these are the parts used here. */
declare module "dynalite" {
  import type { Server } from "node:http";
  export default function dynalite(options: {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
    readonly maxItemSizeKb?: number;
    readonly path?: string;
  }): Server;
}

declare module "dynalite/db/index.js" {
  interface TableKeys {
    readonly KeySchema: readonly { readonly AttributeName: string }[];
    readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  }
  type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The name under which the item is stored: equal for equal keys, however a number is written. */
  function createKey(item: Attributes, table: TableKeys): string;
  /** Bytes of an item as DynamoDB counts them. */
  function itemSize(item: Attributes): number;
  const db: { createKey: typeof createKey; itemSize: typeof itemSize };
  export default db;
}
