import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fetchFromSecretsManager } from "../aws/secrets.ts";
import type { Migration } from "../config/define-migration.ts";
import { useSecretStore } from "../config/secret.ts";
import { MigrationError } from "../core/errors.ts";
import type { ConfigChoice } from "../local/bundle.ts";
import { root } from "./root.ts";
import { example, readSecretsFile, secretsFile } from "./secrets-file.ts";

const files: Readonly<Record<ConfigChoice, string>> = {
  demo: "examples/demo/migration.config.ts",
  mine: "migration.config.ts",
};

/**
 * The adopter's config (or the demo's), its secrets read from `.samekey/secrets.json` where that is there, else from
 * AWS Secrets Manager.
 */
export async function loadMigration(choice: ConfigChoice): Promise<Migration> {
  const secrets = await readSecretsFile(root);
  const fromAws = fetchFromSecretsManager();
  useSecretStore(async (name, signal) => {
    const text = secrets?.[name];
    if (text !== undefined) return text;
    if (secrets !== undefined) throw unavailable(`the secret ${name} is not in ${secretsFile}; it takes ${example}`);
    return fromAws(name, signal).catch((cause: unknown) => {
      const [fault, reason] = [cause, (cause as Error).cause].map((one) =>
        one instanceof Error ? one.message : "no answer",
      );
      throw unavailable(`${fault}: ${reason}.\n  To try without AWS, put it into ${secretsFile}: ${example}`, cause);
    });
  });
  const module = (await import(pathToFileURL(join(root, files[choice])).href)) as { readonly default?: Migration };
  if (module.default === undefined) {
    throw new MigrationError(
      "CONFIG_INVALID",
      `${files[choice]} has no default export; it has to end with export default defineMigration({ … })`,
    );
  }
  return module.default;
}

function unavailable(message: string, cause?: unknown): MigrationError {
  return new MigrationError("SECRET_UNAVAILABLE", message, cause === undefined ? {} : { cause });
}
