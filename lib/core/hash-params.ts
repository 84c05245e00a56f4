import { decodeBase64, decodeHex } from "./encodings.ts";
import { damaged } from "./hash-bounds.ts";
import type { HashDialect, HashParams } from "./hash-family.ts";
import type { HashFormat } from "./ports.ts";
import { Secret } from "./secret.ts";

// What dialects read from what stands beside a string. A missing or wrong value is a damaged row.

/** `read` of a dialect whose string says all. */
export function stringAlone(make: () => HashFormat): HashDialect["read"] {
  return (encoded) => ({ format: make(), stored: { encoded } });
}

/** @throws MigrationError HASH_DAMAGED */
export function textParam(params: HashParams, name: string): string {
  const value = optionalText(params, name);
  if (value === undefined) throw damaged("row", `no ${name} beside the string`);
  return value;
}

export function optionalText(params: HashParams, name: string): string | undefined {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** @throws MigrationError HASH_DAMAGED */
export function numberParam(params: HashParams, name: string): number {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw damaged("row", `no whole number ${name} beside the string`);
  return value;
}

/** Bytes given as `name` (UTF-8 text), `name_hex` or `name_b64`; undefined when none of them is there. */
export function bytesParam(params: HashParams, name: string): Uint8Array | undefined {
  const hex = optionalText(params, `${name}_hex`);
  if (hex !== undefined) return decodeHex(hex);
  const base64 = optionalText(params, `${name}_b64`);
  if (base64 !== undefined) return decodeBase64(base64);
  const text = optionalText(params, name);
  return text === undefined ? undefined : Buffer.from(text);
}

/** Project-wide key material given the same ways. */
export function secretParam(params: HashParams, name: string): Secret | undefined {
  const bytes = bytesParam(params, name);
  return bytes === undefined ? undefined : Secret.fromBytes(bytes);
}
