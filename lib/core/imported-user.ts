import { MigrationError } from "./errors.ts";
import { type MappedUser, parseLegacyUser } from "./legacy-record.ts";
import { Secret } from "./secret.ts";
import type { LegacyUser } from "./user.ts";

/** A user of an export, with what a live legacy store has no need to tell. */
export interface ImportedUser extends LegacyUser {
  /** A password as it is typed; beside it there is no stored one. */
  readonly plaintext?: Secret;
  readonly identities?: readonly LinkedIdentity[];
  /** The shared secret of a TOTP authenticator, Base32 (RFC 6238, RFC 4648). */
  readonly totp?: Secret;
  readonly createdAt?: string;
  readonly lastSignInAt?: string;
  /** Department path from the root, as `["Acme", "R&D", "Backend"]`. */
  readonly departments?: readonly (readonly string[])[];
}

/** An account with an identity provider that belongs to the user. */
export interface LinkedIdentity {
  readonly provider: string;
  readonly userId: string;
}

/** A user as a reader or the adopter's mapping hands him over. Each field is checked before it is believed. */
export interface MappedImport extends MappedUser {
  readonly plaintext?: unknown;
  readonly identities?: readonly { readonly provider: unknown; readonly userId: unknown }[];
  readonly totp?: unknown;
  /** ISO 8601, seconds or milliseconds since 1970, or a Date. */
  readonly createdAt?: unknown;
  readonly lastSignInAt?: unknown;
  readonly departments?: readonly (readonly string[])[];
}

const maxIdentities = 20;
const base32 = /^[A-Z2-7]{16,256}$/;

/**
 * The user that a mapping means.
 * @throws MigrationError RECORD_UNUSABLE that names the field, never its value.
 */
export function parseImportedUser(mapped: unknown, source: string): ImportedUser {
  const user = parseLegacyUser(mapped, source);
  const { plaintext, identities, totp, createdAt, lastSignInAt, departments } = mapped as Partial<MappedImport>;
  const fail = (field: string, allowed: string) =>
    new MigrationError("RECORD_UNUSABLE", `${source}: \`${field}\` is not usable, allowed is ${allowed}`);
  const password = plaintext === undefined || plaintext === null || plaintext === "" ? undefined : plaintext;
  if (password !== undefined && typeof password !== "string") throw fail("plaintext", "a text");
  if (password !== undefined && user.password !== undefined) throw fail("plaintext", "one password, not two");
  return {
    ...user,
    ...(password === undefined ? {} : { plaintext: Secret.fromText(password) }),
    ...(identities === undefined || identities.length === 0 ? {} : { identities: parseIdentities(identities, fail) }),
    ...(isAbsent(totp) ? {} : { totp: parseTotp(totp, fail) }),
    ...(isAbsent(createdAt) ? {} : { createdAt: parseTime("createdAt", createdAt, fail) }),
    ...(isAbsent(lastSignInAt) ? {} : { lastSignInAt: parseTime("lastSignInAt", lastSignInAt, fail) }),
    ...(departments === undefined || departments.length === 0 ? {} : { departments: parsePaths(departments, fail) }),
  };
}

type Fail = (field: string, allowed: string) => MigrationError;

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function parseIdentities(given: NonNullable<MappedImport["identities"]>, fail: Fail): readonly LinkedIdentity[] {
  if (!Array.isArray(given) || given.length > maxIdentities) throw fail("identities", `at most ${maxIdentities}`);
  return given.map(({ provider, userId }) => {
    const id = typeof userId === "number" ? String(userId) : userId;
    if (typeof provider !== "string" || provider === "" || typeof id !== "string" || id === "") {
      throw fail("identities", "provider and userId, both texts");
    }
    return { provider, userId: id };
  });
}

function parseTotp(value: unknown, fail: Fail): Secret {
  const text = typeof value === "string" ? value.replace(/[\s=-]/g, "").toUpperCase() : "";
  if (!base32.test(text)) throw fail("totp", "a Base32 text of 16 to 256 characters");
  return Secret.fromText(text);
}

// Beyond the year 2001 in milliseconds, and 33658 in seconds: what is larger was meant in milliseconds.
const firstMilliseconds = 1e12;

function parseTime(field: string, value: unknown, fail: Fail): string {
  const number = typeof value === "number" || /^[0-9]{9,14}$/.test(String(value)) ? Number(value) : undefined;
  const time = value instanceof Date ? value : new Date(number === undefined ? String(value) : inMilliseconds(number));
  if (Number.isNaN(time.getTime())) throw fail(field, "ISO 8601, or seconds or milliseconds since 1970");
  return time.toISOString();
}

function inMilliseconds(number: number): number {
  return number < firstMilliseconds ? number * 1000 : number;
}

function parsePaths(paths: readonly (readonly string[])[], fail: Fail): readonly (readonly string[])[] {
  const usable = paths.every(
    (path) => path.length > 0 && path.every((part) => typeof part === "string" && part !== ""),
  );
  if (!usable) throw fail("departments", "paths of names, none of them empty");
  return paths;
}
