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
  /** ISO 8601 (UTC where it names no zone), seconds or milliseconds since 1970, or a Date. */
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
  return {
    ...user,
    ...(isAbsent(plaintext) ? {} : { plaintext: parsePlaintext(plaintext, user, fail) }),
    ...(isEmpty(identities) ? {} : { identities: parseIdentities(identities, fail) }),
    ...(isAbsent(totp) ? {} : { totp: parseTotp(totp, fail) }),
    ...(isAbsent(createdAt) ? {} : { createdAt: parseTime("createdAt", createdAt, fail) }),
    ...(isAbsent(lastSignInAt) ? {} : { lastSignInAt: parseTime("lastSignInAt", lastSignInAt, fail) }),
    ...(isEmpty(departments) ? {} : { departments: parsePaths(departments, fail) }),
  };
}

type Fail = (field: string, allowed: string) => MigrationError;

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isEmpty(value: unknown): boolean {
  return isAbsent(value) || (Array.isArray(value) && value.length === 0);
}

function parsePlaintext(value: unknown, user: LegacyUser, fail: Fail): Secret {
  if (typeof value !== "string" || !value.isWellFormed()) throw fail("plaintext", "a text");
  if (user.password !== undefined) throw fail("plaintext", "one password, not two");
  return Secret.fromText(value);
}

function parseIdentities(given: unknown, fail: Fail): readonly LinkedIdentity[] {
  if (!Array.isArray(given) || given.length > maxIdentities) throw fail("identities", `at most ${maxIdentities}`);
  return given.map((one: unknown) => {
    const { provider, userId }: Readonly<Record<string, unknown>> = { ...(typeof one === "object" ? one : undefined) };
    const id = typeof userId === "number" && Number.isSafeInteger(userId) ? String(userId) : userId;
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
// ISO 8601 as databases and JSON write it. Anything else Date.parse would guess at, by this machine's zone and by the
// order in which Americans write a date.
const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/;

// What JSON.stringify makes of a Date, on any day that every month has: it is the answer itself. Of millions of users
// nearly all are so.
const usualTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function parseTime(field: string, value: unknown, fail: Fail): string {
  if (typeof value === "string" && usualTime.test(value)) return value;
  const time = timeOf(value);
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw fail(field, "ISO 8601, or seconds or milliseconds since 1970");
  }
  return time.toISOString();
}

function timeOf(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value === "number") return new Date(inMilliseconds(value));
  if (typeof value !== "string") return undefined;
  const [, day, clock = "00:00", zone = "Z"] = iso.exec(value) ?? [];
  if (day === undefined) return /^\d{9,14}$/.test(value) ? new Date(inMilliseconds(Number(value))) : undefined;
  // Date.parse takes 31 February for 3 March.
  if (Number(day.slice(8)) > 28 && !new Date(`${day}T00:00Z`).toISOString().startsWith(day)) return undefined;
  return new Date(`${day}T${clock}${zoneOf(zone)}`);
}

/** The zone in the one form that Date.parse is bound to understand. */
function zoneOf(zone: string): string {
  if (zone === "Z" || zone === "UTC") return "Z";
  return zone.length === 3 ? `${zone}:00` : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
}

function inMilliseconds(number: number): number {
  return number < firstMilliseconds ? number * 1000 : number;
}

function parsePaths(paths: unknown, fail: Fail): readonly (readonly string[])[] {
  const usable =
    Array.isArray(paths) &&
    paths.every((path) => Array.isArray(path) && path.length > 0 && path.every((part) => isName(part)));
  if (!usable) throw fail("departments", "paths of names, none of them empty");
  return paths;
}

function isName(part: unknown): boolean {
  return typeof part === "string" && part !== "" && part.isWellFormed();
}
