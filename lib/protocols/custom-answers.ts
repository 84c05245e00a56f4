import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { DeniedReason } from "../core/outcome.ts";
import type { LegacySource, Page, PageRequest } from "../core/ports.ts";
import type { LegacyUser } from "../core/user.ts";

// What an adopter's own functions answer, checked before it is believed.

export type CustomAnswer =
  | { readonly kind: "match"; readonly user: MappedUser }
  | { readonly kind: "denied"; readonly reason: CustomDenial };

const denials = ["unknown-user", "wrong-password", "disabled", "expired", "must-change", "locked"] as const;
export type CustomDenial = (typeof denials)[number] & DeniedReason;

// Null, a list or a text is no user's record but a fault of the function: every user would meet it.
export function readUser(user: unknown, what: string, name: string): LegacyUser {
  if (typeof user === "object" && user !== null && !Array.isArray(user)) return parseLegacyUser(user, name);
  const found = user == null ? String(user) : Array.isArray(user) ? "a list" : `a ${typeof user}`;
  const none = ["find", "update"].includes(what) ? ", allowed are one and undefined" : ", allowed is one";
  throw new MigrationError("CONFIG_INVALID", `${name}: ${what} answered ${found} for a user object${none}`);
}

// Only the two documented shapes are believed: a truthy text or an object of another shape lets nobody in.
export function readAnswer(
  answer: unknown,
  name: string,
): Awaited<ReturnType<NonNullable<LegacySource["authenticate"]>>> {
  if (typeof answer === "object" && answer !== null) {
    const { kind, user, reason } = answer as { kind?: unknown; user?: unknown; reason?: unknown };
    if (kind === "match") return { kind, user: readUser(user, "authenticate", name) };
    const denial = denials.find((one) => one === reason);
    if (kind === "denied" && denial !== undefined) return { kind, reason: denial };
  }
  throw new MigrationError(
    "CONFIG_INVALID",
    `${name}: authenticate answered neither { kind: "match", user } nor { kind: "denied", reason } with one of ${denials.join(", ")}`,
  );
}

// Undefined is a function without a `return`, and nobody knows what it has found.
export function readTruth(answer: unknown, what: string, name: string): boolean {
  if (typeof answer === "boolean") return answer;
  throw new MigrationError(
    "CONFIG_INVALID",
    `${name}: ${what} answered a ${typeof answer}, allowed are true and false`,
  );
}

/** A page of at most so many users; the place where it ended must be another one than where it began. */
export function readPage(answer: unknown, { size, after }: PageRequest, what: string, name: string): Page {
  const { users, next } = (answer ?? {}) as { readonly users?: unknown; readonly next?: unknown };
  const wrong = (found: string) =>
    new MigrationError("CONFIG_INVALID", `${name}: ${what} ${found}; it has to answer { users, next? }`);
  if (!Array.isArray(users)) throw wrong("answered no list of users");
  if (users.length > size) throw wrong(`answered ${users.length} users where ${size} were asked for`);
  if (next !== undefined && (typeof next !== "string" || next === "")) throw wrong("answered a `next` that is no text");
  if (next !== undefined && next === after) throw wrong("came back to where the last page ended");
  const page = users.map((user) => readUser(user, what, name));
  return { users: page, ...(next === undefined ? {} : { next }) };
}
