// Clerk: the dashboard's CSV export, which alone has password digests, and the JSON list of its command line.
// https://clerk.com/docs/guides/development/migrating/export-from-clerk
// Columns: github.com/workos/migrate-clerk-users (README.md), github.com/clerk/migration-script (samples)

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { csvRecords } from "../protocols/csv-records.ts";
import { firstFields, memberPaths } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers } from "../protocols/import-users.ts";
import { contact, flagOf, memberOf, not, phoneOf } from "../protocols/import-values.ts";
import { jsonRecords } from "../protocols/json-records.ts";
import { type OpenedText, readText } from "../protocols/opened-text.ts";

const name = "clerk";

/** Reads Clerk's exports; the format of their passwords is `clerk()`. */
export function clerk(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes: (head) => isClerk(memberPaths(head)) || isClerk(new Set(firstFields(head))),
    read: (bytes) => importUsers(readText(name, bytes, readRecords), name, settings, mapRecord),
  };
}

function isClerk(fields: ReadonlySet<string>): boolean {
  const has = (field: string) => fields.has(field);
  return has("id") && (has("password_hasher") || has("primary_email_address") || has("primary_phone_number"));
}

function readRecords(file: OpenedText) {
  return file.first === "[" || file.first === "{" ? jsonRecords(file) : csvRecords(file);
}

function mapRecord(record: AccountFields): MappedImport {
  const of = (field: string) => memberOf(record, field);
  const names = [of("first_name"), of("last_name")].filter((one) => typeof one === "string");
  const email = contactOf(record, "email_address", "email_addresses");
  const phone = contactOf(record, "phone_number", "phone_numbers");
  return {
    id: of("id"),
    username: of("username") ?? email.value ?? phone.value ?? of("id"),
    enabled: not(flagOf(record, "banned", false)),
    attributes: {
      ...contact("email", email.value, email.isVerified),
      ...contact("phone_number", phoneOf(phone.value), phone.isVerified),
      ...(names.length === 0 ? {} : { name: names.join(" ") }),
      given_name: of("first_name"),
      family_name: of("last_name"),
    },
    ...passwordOf(record),
    totp: of("totp_secret"),
    createdAt: of("created_at"),
    lastSignInAt: of("last_sign_in_at"),
  };
}

/** The primary one, else the first. Only the lists say what is verified; the file of older exports has one list. */
function contactOf(record: AccountFields, kind: string, list: string) {
  const [verified, unverified] = [listOf(record, `verified_${list}`), listOf(record, `unverified_${list}`)];
  const value = memberOf(record, `primary_${kind}`) ?? [...verified, ...unverified, ...listOf(record, list)][0];
  const isVerified =
    verified.some((one) => one === value) || (unverified.some((one) => one === value) ? false : undefined);
  return { value, isVerified };
}

/** A list, in a CSV field as a text between commas, bars or blanks. */
function listOf(record: AccountFields, field: string): readonly unknown[] {
  const value = memberOf(record, field);
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? value.split(/[\s,;|]+/).filter((one) => one !== "") : [];
}

function passwordOf(record: AccountFields): Pick<MappedImport, "password"> {
  const hasher = memberOf(record, "password_hasher");
  const params = typeof hasher === "string" ? { params: { password_hasher: hasher } } : {};
  return { password: { format: name, encoded: memberOf(record, "password_digest"), ...params } };
}
