import { MigrationError } from "../core/errors.ts";
import { parseLegacyUser } from "../core/legacy-record.ts";
import type { LegacyUser } from "../core/user.ts";

/** A user as a service's API answers him: an object whose members nobody has checked. */
export type AccountFields = Readonly<Partial<Record<string, unknown>>>;

export function isAccount(value: unknown): value is AccountFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws MigrationError RECORD_UNUSABLE when the mapping throws, or makes no user. */
export function mapAccount<Account>(name: string, account: Account, user: (account: Account) => unknown): LegacyUser {
  let mapped: unknown;
  try {
    mapped = user(account);
  } catch (cause) {
    throw new MigrationError("RECORD_UNUSABLE", `${name}: \`user\` threw on a user`, { cause });
  }
  return parseLegacyUser(mapped, name);
}

/** A member that has to be a text. @throws MigrationError RECORD_UNUSABLE */
export function textOf(name: string, account: AccountFields, field: string): string {
  const value = account[field];
  if (typeof value === "string" && value !== "") return value;
  throw new MigrationError("RECORD_UNUSABLE", `${name}: a user without ${field}`);
}

/** One part of a path; undefined for what a URL would read as a way upwards. */
export function pathSegment(text: string): string | undefined {
  return text === "." || text === ".." ? undefined : encodeURIComponent(text);
}
