import type { HashDialect, HashFamily } from "../../core/hash-family.ts";
import type { HashFormat } from "../../core/ports.ts";
import { settingFaultsOf } from "../../core/setting-faults.ts";
import * as members from "../../hashes/index.ts";

/** Every password family, by its file's name. */
export const families: readonly HashFamily[] = Object.entries(members)
  .filter(([name]) => name.endsWith("Family"))
  .map(([, family]) => family as HashFamily)
  .sort((one, other) => (one.name < other.name ? -1 : 1));

/** One format of each family that can be made without settings, with its defaults. */
export const formats: readonly HashFormat[] = families.flatMap(({ name }) => {
  const factory = (members as Readonly<Record<string, unknown>>)[camelCase(name)];
  const format =
    typeof factory === "function" ? withoutSettings(factory as (settings?: object) => HashFormat) : undefined;
  return format === undefined ? [] : [format];
});

export interface FoundDialect {
  readonly family: HashFamily;
  readonly dialect: HashDialect;
}

export const dialects: ReadonlyMap<string, FoundDialect> = new Map(
  families.flatMap((family) => family.dialects.map((dialect) => [dialect.id, { family, dialect }] as const)),
);

export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

// A family that needs settings (a site key, an expression) says so by throwing or by its faults.
function withoutSettings(factory: (settings?: object) => HashFormat): HashFormat | undefined {
  try {
    const format = factory();
    return settingFaultsOf(format).length === 0 ? format : undefined;
  } catch {
    return undefined;
  }
}
