import { MigrationError } from "../core/errors.ts";
import type { SecretRef } from "../core/ports.ts";

/**
 * What `ask` answers with the secret's text. `undefined` means that the store refused it: then it is fetched afresh, and
 * asked with once more if it has changed.
 */
export async function askWithSecret<T>(
  secret: SecretRef,
  signal: AbortSignal,
  ask: (text: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const first = await secret.read(signal);
  const answer = await ask(first);
  if (answer !== undefined) return answer;
  const fresh = await secret.refresh(signal);
  return fresh === first ? undefined : ask(fresh);
}

/**
 * The fields of a secret that is a JSON object, each a text that is not empty.
 * @throws MigrationError SECRET_INVALID that names the fields, never the text.
 */
export function readSecretFields<Field extends string>(
  secret: SecretRef,
  text: string,
  fields: readonly Field[],
): Readonly<Record<Field, string>> {
  const given = parseObject(text);
  const found = fields.map((field) => [field, given[field]] as const);
  const missing = found.filter(([, value]) => typeof value !== "string" || value === "").map(([field]) => field);
  if (missing.length === 0) return Object.fromEntries(found) as Readonly<Record<Field, string>>;
  throw new MigrationError(
    "SECRET_INVALID",
    `the secret ${secret.name} has to be a JSON object with ${fields.join(", ")}; missing is ${missing.join(", ")}`,
  );
}

function parseObject(text: string): Readonly<Partial<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Partial<Record<string, unknown>>) : {};
  } catch {
    // Not a JSON text: no field is there, which is what is reported. The error would quote the secret.
    return {};
  }
}
