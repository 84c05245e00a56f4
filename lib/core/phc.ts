import { damaged } from "./hash-bounds.ts";

/** A string in the PHC layout `$id[$v=N]$key=value,...$salt$digest`, split but not yet decoded. */
export interface PhcString {
  readonly id: string;
  readonly version?: string;
  readonly salt: string;
  readonly digest: string;
  /** The value of a parameter; the required ones are always there. */
  get(key: string): string | undefined;
}

export interface PhcParameters {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/**
 * Splits a PHC string (github.com/P-H-C/phc-string-format), strictly: known parameters only, each once, in any order
 * because some writers do not keep the specified one.
 * @throws MigrationError HASH_DAMAGED.
 */
export function parsePhc(format: string, text: string, expected: PhcParameters): PhcString {
  const match = /^\$([a-z0-9-]{1,32})(?:\$v=([0-9]{1,10}))?\$([^$]+)\$([^$]*)\$([^$]+)$/.exec(text);
  const [, id, version, list, salt, digest] = match ?? [];
  if (id === undefined || list === undefined || salt === undefined || digest === undefined) {
    throw damaged(format, "not of the form $id$v=N$key=value,...$salt$digest");
  }
  const values = parseParameters(format, list);
  const known = new Set([...expected.required, ...(expected.optional ?? [])]);
  if ([...values.keys()].some((key) => !known.has(key))) {
    throw damaged(format, `an unknown parameter, allowed ${[...known].join(", ")}`);
  }
  const missing = expected.required.filter((key) => !values.has(key));
  if (missing.length > 0) throw damaged(format, `no parameter ${missing.join(", ")}`);
  return { id, ...(version === undefined ? {} : { version }), salt, digest, get: (key) => values.get(key) };
}

function parseParameters(format: string, list: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const item of list.split(",")) {
    const [, key, value] = /^([a-z]{1,16})=([A-Za-z0-9+/.-]+)$/.exec(item) ?? [];
    if (key === undefined || value === undefined) throw damaged(format, "a parameter that is not key=value");
    if (values.has(key)) throw damaged(format, `parameter ${key} twice`);
    values.set(key, value);
  }
  return values;
}
