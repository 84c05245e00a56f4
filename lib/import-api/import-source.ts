import { type HttpAnswer, problem } from "../core/http.ts";
import { type ImportOptions, usualImportOptions } from "../core/import-options.ts";
import type { GivenOptions } from "./schemas.ts";

/** The sources that users may be of. */
export interface KnownSources {
  /** Where nobody says it. */
  readonly source: string;
  readonly sources: readonly string[];
}

/** What is wrong with a source; where the config has none, the legacy store is off already and any name will do. */
export function sourceFault(source: string, { sources }: KnownSources): HttpAnswer | undefined {
  if (sources.length === 0 || sources.includes(source)) return undefined;
  return problem(400, "REQUEST_INVALID", `body /source is no source of migration.config.ts: ${sources.join(", ")}`);
}

/** Functions have no jobs of the platform's own import: stored hashes go to the vault. */
export function optionsOf(given: GivenOptions = {}): ImportOptions {
  return { ...usualImportOptions, ...given };
}
