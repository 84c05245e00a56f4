// A string inside another one, for the formats that the adopter has named for it.

import { MigrationError } from "../core/errors.ts";
import type { HashFormat } from "../core/ports.ts";
import type { StoredPassword } from "../core/user.ts";

/**
 * The one that claims the string.
 * @throws MigrationError HASH_UNKNOWN
 */
export function innerFormat(name: string, formats: readonly HashFormat[], stored: StoredPassword): HashFormat {
  const format = formats.find((one) => one.name !== name && one.recognizes(stored));
  if (format !== undefined) return format;
  const listed = formats.length === 0 ? "none is" : `${formats.map((one) => one.name).join(", ")} are`;
  throw new MigrationError(
    "HASH_UNKNOWN",
    `${name}: none of the settings' formats claims the string; ${listed} listed`,
  );
}
