import { type UserNames, userNameKinds } from "../../core/platform-name.ts";
import type { ConfigParts } from "./config-parts.ts";
import { schemas } from "./schemas.ts";
import { sourceNames, startingSources } from "./sources.ts";
import { sqlConfig } from "./sql-config.ts";
import type { SqlSchema } from "./sql-schema.ts";
import { type SqlWriter, sqlWriters } from "./sql-writer.ts";
import type { StartingSource } from "./starting-source.ts";

/** A source, and with a SQL database whose tables stand in it. */
export type Store =
  | { readonly kind: "sql"; readonly sql: SqlWriter; readonly schema: SqlSchema }
  | { readonly kind: "start"; readonly start: StartingSource };

/** The writer of a SQL source; undefined for every other name. */
export function sqlWriterOf(source: string): SqlWriter | undefined {
  return Object.values(sqlWriters).find((one) => one.source === source);
}

export function schemasOn(source: string): readonly SqlSchema[] {
  return schemas.filter(({ on }) => on.some((one) => one === source));
}

/** The store of these words; a text of ours tells what is wrong with them, and what is allowed. */
export function readStore(source: string, schemaName: string | undefined): Store | string {
  const sql = sqlWriterOf(source);
  if (sql === undefined) {
    const start = startingSources.find(({ name }) => name === source);
    if (start === undefined) return unknown("--source", source, sourceNames);
    if (schemaName === undefined) return { kind: "start", start };
    const databases = Object.keys(sqlWriters).join(", ");
    return `--schema: ${schemaName} are tables, and ${source} has none; allowed with ${databases} alone.`;
  }
  const schema = schemas.find(({ name }) => name === (schemaName ?? "plain"));
  if (schema === undefined) return unknown("--schema", schemaName ?? "", names(schemasOn(source)));
  if (schema.on.includes(sql.source)) return { kind: "sql", sql, schema };
  return `--schema: ${schema.name} does not stand on ${source}, but on ${schema.on.join(", ")}; ${source} has ${names(schemasOn(source)).join(", ")}.`;
}

/** How the pool shall name the store's users; a text of ours tells what is wrong. */
export function readUserNames(store: Store, word: string | undefined): { readonly userNames: UserNames } | string {
  const allowed = allowedUserNames(store);
  if (word === undefined) return { userNames: allowed[0] };
  const userNames = userNameKinds.find((one) => one === word);
  if (userNames === undefined) return unknown("--user-names", word, allowed);
  if (allowed.includes(userNames)) return { userNames };
  return `--user-names: ${nameOf(store)} has nothing that a pool could name by ${word}; allowed are ${allowed.join(", ")}.`;
}

export function allowedUserNames(store: Store): SqlSchema["userNames"] {
  return store.kind === "sql" ? store.schema.userNames : store.start.userNames;
}

export function configOf(store: Store, userNames: UserNames): ConfigParts {
  if (store.kind === "sql") return sqlConfig(store.schema, store.sql, userNames);
  const { title, name } = store.start;
  return { about: title, source: name, userNames, ...store.start.read(userNames) };
}

/** Examples of the secrets that the config names. */
export function secretsOf(store: Store): Readonly<Record<string, string>> {
  return store.kind === "sql" ? { "samekey/legacy-database": store.sql.address } : store.start.secrets;
}

/** Every store with every way to name its users. */
export function everyRequest(): readonly { readonly store: Store; readonly userNames: UserNames }[] {
  const stores: readonly Store[] = [
    ...Object.values(sqlWriters).flatMap((sql) =>
      schemasOn(sql.source).map((schema): Store => ({ kind: "sql", sql, schema })),
    ),
    ...startingSources.map((start): Store => ({ kind: "start", start })),
  ];
  return stores.flatMap((store) => allowedUserNames(store).map((userNames) => ({ store, userNames })));
}

export function nameOf(store: Store): string {
  return store.kind === "sql" ? `${store.schema.name} on ${store.sql.source}` : store.start.name;
}

function unknown(option: string, found: string, allowed: readonly string[]): string {
  return `${option}: there is no ${JSON.stringify(found)}; allowed are ${allowed.join(", ")}.`;
}

function names(some: readonly SqlSchema[]): readonly string[] {
  return some.map(({ name }) => name);
}
