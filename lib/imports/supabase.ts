// Supabase: the rows of its table auth.users, as CSV (SQL editor, psql's \copy) or JSON (json_agg, row_to_json).
// https://supabase.com/docs/guides/auth/managing-user-data, github.com/supabase/auth (migrations: auth.users)

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { csvRecords } from "../protocols/csv-records.ts";
import { firstFields, memberPaths } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers, noUser } from "../protocols/import-users.ts";
import { contact, memberOf, objectOf, objectsIn, optionalTextOf } from "../protocols/import-values.ts";
import { jsonRecords } from "../protocols/json-records.ts";
import { type OpenedText, readText } from "../protocols/opened-text.ts";

const name = "supabase";
const marks = ["raw_user_meta_data", "raw_app_meta_data", "email_confirmed_at", "banned_until"];

/**
 * Reads rows of auth.users; the format of their passwords is `supabase()`. Columns `identities` and `totp_secret` come from
 * tables beside it: docs/imports.md has the statement.
 */
export function supabase(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes: (head) => isUsersTable(memberPaths(head)) || isUsersTable(new Set(firstFields(head))),
    read: (bytes) => importUsers(readText(name, bytes, readRecords), name, settings, mapRecord),
  };
}

function isUsersTable(fields: ReadonlySet<string>): boolean {
  return fields.has("encrypted_password") && marks.some((mark) => fields.has(mark));
}

/** In a CSV file an empty confirmation means "no", a column that is not there means nothing: all of them are kept. */
function readRecords(file: OpenedText) {
  return file.first === "[" || file.first === "{" ? jsonRecords(file) : csvRecords(file, { empty: "keep" });
}

function mapRecord(record: AccountFields, source: string): MappedImport {
  if (timeOf(record, "deleted_at") !== undefined) throw noUser(source, "the account is deleted (`deleted_at`)");
  const meta = objectOf(record, "raw_user_meta_data");
  const [id, email] = [memberOf(record, "id"), memberOf(record, "email")];
  const phone = phoneWithPlus(memberOf(record, "phone"));
  return {
    id,
    username: email ?? phone ?? id,
    enabled: isEnabled(timeOf(record, "banned_until"), source),
    attributes: {
      ...contact("email", email, isConfirmed(record, "email_confirmed_at")),
      ...contact("phone_number", phone, isConfirmed(record, "phone_confirmed_at")),
      name: text(meta, "full_name") ?? text(meta, "name") ?? text(meta, "display_name"),
      given_name: text(meta, "given_name") ?? text(meta, "first_name"),
      family_name: text(meta, "family_name") ?? text(meta, "last_name"),
      picture: text(meta, "avatar_url"),
    },
    password: { format: name, encoded: memberOf(record, "encrypted_password") },
    identities: objectsIn(record, "identities")
      .map((one) => ({
        provider: memberOf(one, "provider"),
        userId: memberOf(one, "provider_id") ?? memberOf(one, "id"),
      }))
      .filter(({ provider }) => provider !== "email" && provider !== "phone"),
    totp: memberOf(record, "totp_secret"),
    createdAt: timeOf(record, "created_at"),
    lastSignInAt: timeOf(record, "last_sign_in_at"),
  };
}

const text = optionalTextOf;

function isConfirmed(record: AccountFields, column: string): boolean | undefined {
  return Object.hasOwn(record, column) ? memberOf(record, column) !== undefined : undefined;
}

/** A ban that is over is none. */
function isEnabled(bannedUntil: string | undefined, source: string): boolean {
  if (bannedUntil === undefined) return true;
  if (bannedUntil === "infinity") return false;
  const until = Date.parse(bannedUntil);
  if (Number.isNaN(until)) throw noUser(source, "`banned_until` is no time");
  return until <= Date.now();
}

/** A timestamp as PostgreSQL writes it, `2024-02-26 14:04:29.153624+00`, in ISO 8601. */
function timeOf(record: AccountFields, column: string): string | undefined {
  const written = optionalTextOf(record, column);
  return written?.replace(/^(\d{4}-\d{2}-\d{2}) /, "$1T").replace(/(:\d{2}(?:\.\d+)?[+-]\d{2})$/, "$1:00");
}

/** Supabase keeps E.164 numbers without their plus. */
function phoneWithPlus(value: unknown): unknown {
  return typeof value === "string" && /^[1-9][0-9]{4,14}$/.test(value) ? `+${value}` : value;
}
