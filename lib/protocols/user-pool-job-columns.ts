import { MigrationError } from "../core/errors.ts";
import { standardAttributes } from "./cognito-attributes.ts";

/** The columns of a pool's import file, in the order of GetCSVHeader. */
export interface JobColumns {
  readonly names: readonly string[];
  /** The column of the password hashes; undefined where the job names no algorithm. */
  readonly hash: string | undefined;
}

export const usernameColumn = "cognito:username";
export const mfaColumn = "cognito:mfa_enabled";

/**
 * Reads a pool's header. The column of the hashes is the one that is no attribute: the guide calls it `password_hash`,
 * and pools that take no hashes have none.
 * @throws MigrationError PLATFORM_UNAVAILABLE for a header that no file can be written for.
 */
export function readJobColumns(header: readonly string[], algorithm: string | undefined): JobColumns {
  if (!header.includes(usernameColumn)) throw unusable(`it has no column ${usernameColumn}`);
  const unwritable = header.find((name) => /["\\\p{Cc}]/u.test(name));
  if (unwritable !== undefined) throw unusable(`no file can have the column ${JSON.stringify(unwritable)}`);
  const others = header.filter((name) => !isAttribute(name));
  if (algorithm === undefined) return { names: header, hash: undefined };
  const [hash, ...more] = others;
  if (hash === undefined) {
    throw unusable("it has no column for password hashes, so this pool takes none yet: import without them");
  }
  if (more.length > 0) throw unusable(`more than one column may be the password hashes': ${others.join(", ")}`);
  return { names: header, hash };
}

function isAttribute(name: string): boolean {
  if (name === usernameColumn || name === mfaColumn || standardAttributes.has(name)) return true;
  return /^(?:dev:)?custom:/.test(name);
}

function unusable(what: string): MigrationError {
  return new MigrationError("PLATFORM_UNAVAILABLE", `cognito: the header of the pool's import file: ${what}`);
}
