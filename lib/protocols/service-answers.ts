// The answers of an adopter's own service, as docs/sources/service-answers.schema.json has them. Nothing is believed that is
// not documented there: a member too many is a fault as one too few is.

import { MigrationError } from "../core/errors.ts";
import { parseLegacyUser } from "../core/legacy-record.ts";
import type { DeniedReason, Verdict } from "../core/outcome.ts";
import type { Page } from "../core/ports.ts";
import type { LegacyUser } from "../core/user.ts";

export const serviceDenials = [
  "unknown-user",
  "wrong-password",
  "disabled",
  "expired",
  "must-change",
  "locked",
] as const satisfies readonly DeniedReason[];

/** Whose answer to what: for messages, and for the source's name in its users. */
export interface Asked {
  readonly name: string;
  readonly action: string;
}

type Members = Readonly<Partial<Record<string, unknown>>>;

// What a store hands out to go on with; DynamoDB's and Cognito's tokens are the longest in use.
const maxNextLength = 4096;

export function readFound(answer: unknown, asked: Asked): LegacyUser | undefined {
  const { users } = members(answer, ["users"], [], asked);
  if (!Array.isArray(users)) throw undocumented(asked, "`users` is no list");
  if (users.length > 1)
    throw new MigrationError("RECORD_AMBIGUOUS", `${asked.name}: ${users.length} users for one look-up`);
  return users.length === 0 ? undefined : readUser(users[0], asked);
}

export function readAuthenticated(
  answer: unknown,
  asked: Asked,
): { readonly kind: "match"; readonly user: LegacyUser } | { readonly kind: "denied"; readonly reason: DeniedReason } {
  const { kind, user, reason } = members(answer, ["kind"], ["user", "reason"], asked);
  if (kind === "match" && reason === undefined) return { kind, user: readUser(user, asked) };
  const denial = serviceDenials.find((one) => one === reason);
  if (kind === "denied" && user === undefined && denial !== undefined) return { kind, reason: denial };
  throw undocumented(asked, `neither a match with a user nor a denial with one of ${serviceDenials.join(", ")}`);
}

export function readVerdict(answer: unknown, asked: Asked): Verdict {
  return readFlag(answer, "match", asked) ? "match" : "mismatch";
}

export function readRemoved(answer: unknown, asked: Asked): boolean {
  return readFlag(answer, "removed", asked);
}

export function readMarked(answer: unknown, asked: Asked): boolean {
  return readFlag(answer, "marked", asked);
}

export function readPage(answer: unknown, size: number, asked: Asked): Page {
  const { users, next } = members(answer, ["users"], ["next"], asked);
  if (!Array.isArray(users) || users.length > size)
    throw undocumented(asked, "`users` is no list of the size asked for");
  if (next !== undefined && !(typeof next === "string" && next !== "" && next.length <= maxNextLength)) {
    throw undocumented(asked, `\`next\` is no text of 1 to ${maxNextLength} characters`);
  }
  const page = users.map((user) => readUser(user, asked));
  return next === undefined ? { users: page } : { users: page, next };
}

/** The answer to `create` and `update`; undefined for a user who is not there. */
export function readWritten(answer: unknown, asked: Asked): LegacyUser | undefined {
  const { user, taken } = members(answer, [], ["user", "taken"], asked);
  if (taken === true && user === undefined) {
    throw new MigrationError("RECORD_TAKEN", `${asked.name}: ${asked.action}: an identifier is another user's`);
  }
  if (taken !== undefined || user === undefined) throw undocumented(asked, "neither a `user` nor `taken`: true");
  return user === null ? undefined : readUser(user, asked);
}

export function undocumented({ name, action }: Asked, what: string): MigrationError {
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${action}: the answer is not as documented: ${what}`);
}

function readFlag(answer: unknown, flag: string, asked: Asked): boolean {
  const value = members(answer, [flag], [], asked)[flag];
  if (typeof value === "boolean") return value;
  throw undocumented(asked, `\`${flag}\` is neither true nor false`);
}

function readUser(value: unknown, asked: Asked): LegacyUser {
  const user = members(value, ["id", "username", "enabled", "attributes"], ["groups", "password"], asked);
  const passwords = Array.isArray(user.password) ? user.password : [user.password];
  for (const password of passwords) if (password !== undefined) checkPassword(password, asked);
  if (Array.isArray(user.attributes)) throw undocumented(asked, "`attributes` is a list");
  return parseLegacyUser(user, asked.name);
}

function checkPassword(value: unknown, asked: Asked): void {
  const { salt, format, username, params } = members(
    value,
    ["encoded"],
    ["salt", "format", "username", "params"],
    asked,
  );
  const texts = [salt, format, username].every((one) => one === undefined || typeof one === "string");
  if (texts && (params === undefined || isParams(params))) return;
  throw new MigrationError("RECORD_UNUSABLE", `${asked.name}: \`password\` has a member of the wrong type`);
}

function isParams(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => ["string", "number", "boolean"].includes(typeof one));
}

function members(value: unknown, needed: readonly string[], allowed: readonly string[], asked: Asked): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw undocumented(asked, "no object");
  const missing = needed.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) throw undocumented(asked, `\`${missing}\` is missing`);
  const extra = Object.keys(value).filter((key) => !needed.includes(key) && !allowed.includes(key));
  if (extra.length > 0) throw undocumented(asked, `${extra.length} members too many`);
  return value as Members;
}
