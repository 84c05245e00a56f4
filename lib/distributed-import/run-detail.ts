import { MigrationError } from "../core/errors.ts";
import { type ImportOptions, importChoices, usualImportOptions } from "../core/import-options.ts";
import type { ImportRun } from "../core/import-run.ts";

/** What whoever began an import asked for. */
export interface ImportOrder {
  /** The source that the users are of. */
  readonly source: string;
  /** The file's own name. */
  readonly name: string;
  /** The reader; undefined where the first bytes tell. */
  readonly format: string | undefined;
  readonly options: ImportOptions;
}

/**
 * The order that an import's item has. What is not said there is as it usually is; functions keep hashes in the vault.
 * @throws MigrationError CONFIG_INVALID
 */
export function orderOf({ detail }: ImportRun, sources: readonly string[]): ImportOrder {
  const source = text(detail.source) ?? sources[0] ?? "import";
  if (sources.length > 0 && !sources.includes(source)) {
    throw new MigrationError("CONFIG_INVALID", `source ${source}: migration.config.ts has ${sources.join(", ")}`);
  }
  return {
    source,
    name: text(detail.name) ?? "users",
    format: text(detail.format),
    options: {
      existing: choice("existing", detail.existing),
      passwords: choice("passwords", detail.passwords),
      withoutPassword: choice("withoutPassword", detail.withoutPassword),
      hashes: "vault",
    },
  };
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : String(value);
}

function choice<Name extends keyof ImportOptions>(name: Name, given: string | number | undefined): ImportOptions[Name] {
  if (given === undefined || given === "") return usualImportOptions[name];
  const allowed: readonly string[] = importChoices[name];
  const found = allowed.find((one) => one === given);
  if (found === undefined) {
    throw new MigrationError("CONFIG_INVALID", `${name} ${given}: allowed are ${allowed.join(", ")}`);
  }
  return found as ImportOptions[Name];
}
