import { MigrationError } from "./errors.ts";
import type { LegacyUser, StoredPassword } from "./user.ts";

/** A user as the adopter's mapping hands him over. Each field is checked before it is believed. */
export interface MappedUser {
  /** A text or a whole number, never empty: the key that stays the same for the user's life. */
  readonly id: unknown;
  readonly username: unknown;
  /** `true` or `false`, nothing else: a user is not let in because of a column that was forgotten. */
  readonly enabled: unknown;
  /** By the platform's names. Texts, numbers and booleans; what is null or undefined is left out. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  /** Left out, or with `encoded` null, for a user without a password. */
  readonly password?: MappedPassword | readonly MappedPassword[];
  /** What changes with the password (pwdLastSet, password_changed_at), for `drift` where no hash is read. */
  readonly passwordVersion?: unknown;
}

export type MappedPassword = Omit<StoredPassword, "encoded"> & { readonly encoded: unknown };

const maxIdLength = 512;

/**
 * The user that a mapping means.
 * @throws MigrationError RECORD_UNUSABLE that names the field, never its value.
 */
export function parseLegacyUser(mapped: unknown, source: string): LegacyUser {
  if (typeof mapped !== "object" || mapped === null) throw unusable(source, "the mapping answered no object");
  const { id, username, enabled, attributes, groups, password, passwordVersion } = mapped as Partial<MappedUser>;
  if (typeof enabled !== "boolean")
    throw unusable(source, `\`enabled\` is ${kindOf(enabled)}, allowed are true and false`);
  if (typeof attributes !== "object" || attributes === null) throw unusable(source, "`attributes` is no object");
  if (groups !== undefined && !(Array.isArray(groups) && groups.every((one) => typeof one === "string"))) {
    throw unusable(source, "`groups` is no list of texts");
  }
  const passwords = (Array.isArray(password) ? password : [password]).flatMap((one) => parsePassword(one, source));
  return {
    id: parseKey(id, "id", source),
    source,
    username: parseKey(username, "username", source),
    enabled,
    attributes: parseAttributes(attributes, source),
    ...(groups === undefined ? {} : { groups }),
    ...(passwords.length === 0 ? {} : { password: passwords }),
    ...parsePasswordVersion(passwordVersion, source),
  };
}

function parseKey(value: unknown, field: string, source: string): string {
  const isWhole = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  const key = isWhole ? textOf(value) : value;
  if (typeof key === "string" && key !== "" && key.length <= maxIdLength && key.isWellFormed()) return key;
  throw unusable(
    source,
    `\`${field}\` is ${kindOf(value)}, allowed is a text of 1 to ${maxIdLength} characters or a whole number`,
  );
}

// A map without a prototype: a column called `__proto__` or `constructor` is a name like any other here.
function parseAttributes(attributes: object, source: string): Readonly<Record<string, string>> {
  const parsed: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    if (
      typeof value !== "string" &&
      typeof value !== "number" &&
      typeof value !== "boolean" &&
      typeof value !== "bigint"
    ) {
      throw unusable(
        source,
        `the attribute ${JSON.stringify(name)} is ${kindOf(value)}, allowed are text, number and boolean`,
      );
    }
    parsed[name] = textOf(value);
  }
  return parsed;
}

function parsePassword(value: unknown, source: string): readonly StoredPassword[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object") throw unusable(source, "`password` is no object with `encoded`");
  const { encoded, ...rest } = value as MappedPassword;
  if (encoded === undefined || encoded === null) return [];
  if (typeof encoded !== "string")
    throw unusable(source, `\`password.encoded\` is ${kindOf(encoded)}, allowed is text`);
  return [{ ...rest, encoded }];
}

function parsePasswordVersion(value: unknown, source: string): Pick<LegacyUser, "passwordVersion"> {
  if (value === undefined || value === null) return {};
  const version = value instanceof Date ? value.toISOString() : value;
  if (typeof version === "string" || typeof version === "number" || typeof version === "bigint") {
    return { passwordVersion: textOf(version) };
  }
  throw unusable(source, `\`passwordVersion\` is ${kindOf(value)}, allowed are text, number and a date`);
}

/**
 * As String does. What that makes of a number V8 keeps in a cache until it collects the whole heap, and an import of
 * millions of numbered users would grow by it; of a BigInt it keeps nothing.
 */
function textOf(value: string | number | bigint | boolean): string {
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value).toString() : String(value);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  return value === "" ? "empty" : `of the type ${typeof value}`;
}

function unusable(source: string, what: string): MigrationError {
  return new MigrationError("RECORD_UNUSABLE", `${source}: ${what}`);
}
