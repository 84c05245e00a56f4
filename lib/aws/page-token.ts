import { MigrationError } from "../core/errors.ts";
import type { Attributes } from "./item-values.ts";

// A key has at most 2,048 and 1,024 bytes, here in base64 twice.
const maxTokenLength = 8192;
const numberForm = /^-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?$/;

/** Where a page of a table ended, as a text that means nothing to others: its key's values in order. */
export function writePageToken(tableKey: readonly string[], item: Attributes): string {
  const values = tableKey.map((name) => {
    const { S, N, B } = item[name] ?? {};
    if (S !== undefined) return { S };
    return N === undefined ? { B: Buffer.from(B ?? []).toString("base64") } : { N };
  });
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/**
 * The key that a token stands for. It comes back from outside, so it is taken only when it is exactly what
 * `writePageToken` makes of a key of this form.
 * @throws MigrationError SOURCE_UNAVAILABLE
 */
export function readPageToken(name: string, tableKey: readonly string[], token: string): Attributes {
  const values = token.length <= maxTokenLength ? parse(Buffer.from(token, "base64url").toString()) : undefined;
  if (Array.isArray(values) && values.length === tableKey.length) {
    const key = Object.fromEntries(tableKey.map((one, index) => [one, keyValue(values[index])] as const));
    if (isKey(key) && writePageToken(tableKey, key) === token) return key;
  }
  throw new MigrationError("SOURCE_UNAVAILABLE", `${name}: no page of this table ended there; begin the list again`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyValue(value: unknown) {
  const { S, N, B } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof S === "string" && S !== "") return { S };
  if (typeof N === "string" && numberForm.test(N)) return { N };
  return typeof B === "string" && B !== "" ? { B: Buffer.from(B, "base64") } : undefined;
}

function isKey(key: Readonly<Record<string, Attributes[string] | undefined>>): key is Attributes {
  return Object.values(key).every((value) => value !== undefined);
}
