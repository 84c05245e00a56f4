import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "../core/errors.ts";

/** Where secrets for this machine are kept: git-ignored, and read by `samekey try` and `npm start -- --mine` alone. */
export const secretsFile = join(".samekey", "secrets.json");

/**
 * Secrets by name, as { "samekey/legacy-database": "postgres://…" } or with RDS's object as the value.
 * @returns undefined when the file is not there.
 * @throws MigrationError SECRET_INVALID when it is no such object.
 */
export async function readSecretsFile(root: string): Promise<Readonly<Record<string, string>> | undefined> {
  const path = join(root, secretsFile);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MigrationError("SECRET_INVALID", `${secretsFile} is no JSON object of secrets by name: ${example}`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, secret]) => [name, typeof secret === "string" ? secret : JSON.stringify(secret)]),
  );
}

export const example = '{ "samekey/legacy-database": "postgres://user:password@host:5432/database" }';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the text.
    return undefined;
  }
}
