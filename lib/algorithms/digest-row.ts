// A row out of what stands beside a digest in a vector file or on the command line.

import { damaged } from "../core/hash-bounds.ts";
import type { HashParams } from "../core/hash-family.ts";
import { bytesParam, secretParam } from "../core/hash-params.ts";
import type { Secret } from "../core/secret.ts";
import type { StoredPassword } from "../core/user.ts";
import { utf8Text } from "./password-text.ts";

/**
 * The row, its salts in hexadecimal: they may be any bytes. Its format takes them with `saltEncoding: "hex"`.
 * @throws MigrationError HASH_DAMAGED for a user name that is no text.
 */
export function digestRow(encoded: string, params: HashParams): StoredPassword {
  const salt = bytesParam(params, "salt");
  const username = bytesParam(params, "username");
  const others: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") others[name] = value;
  }
  for (const name of ["salt1", "salt2"]) {
    const bytes = bytesParam(params, name);
    if (bytes !== undefined) others[name] = Buffer.from(bytes).toString("hex");
  }
  return {
    encoded,
    ...(salt === undefined ? {} : { salt: Buffer.from(salt).toString("hex") }),
    ...(username === undefined ? {} : { username: nameText(username) }),
    params: others,
  };
}

function nameText(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text === undefined) throw damaged("row", "a username that is no UTF-8");
  return text;
}

/** The project-wide key under the first of these names, as the setting that it is. */
export function pepperSetting(params: HashParams, ...names: readonly string[]): { readonly pepper?: Secret } {
  for (const name of names) {
    const pepper = secretParam(params, name);
    if (pepper !== undefined) return { pepper };
  }
  return {};
}
