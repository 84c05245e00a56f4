// Auth0: the bulk export of profiles (JSON lines), the file of password hashes that its support makes, and the list that
// its bulk import takes. A line may have what stands in several of them.
// https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
// https://community.auth0.com/t/how-to-use-the-password-hashes-export-from-auth0/58730
// https://auth0.com/docs/manage-users/user-migration/bulk-user-import-database-schema-and-examples

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { memberPaths } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers, noUser } from "../protocols/import-users.ts";
import {
  contact,
  flagOf,
  memberOf,
  not,
  objectOf,
  objectsIn,
  optionalTextOf,
  phoneOf,
} from "../protocols/import-values.ts";
import { jsonRecords } from "../protocols/json-records.ts";
import { readText } from "../protocols/opened-text.ts";

const name = "auth0";

/** Reads Auth0's exports. The id is `user_id`, as the live source auth0 has it. */
export function auth0(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes(head) {
      const paths = memberPaths(head);
      const isDump = paths.has("passwordHash") && paths.has("_id");
      return isDump || (paths.has("user_id") && (paths.has("email") || paths.has("identities")));
    },
    read: (bytes) => importUsers(readText(name, bytes, jsonRecords), name, settings, mapRecord),
  };
}

function mapRecord(record: AccountFields, source: string): MappedImport {
  const email = emailOf(record);
  const username = optionalTextOf(record, "username");
  const [factor = {}] = objectsIn(record, "mfa_factors").filter((one) => memberOf(one, "totp") !== undefined);
  const passwordVersion = dateOf(memberOf(record, "password_set_date") ?? memberOf(record, "last_password_reset"));
  return {
    id: idOf(record, source),
    username: username ?? email.value ?? phoneOf(memberOf(record, "phone_number")),
    // Left out by Auth0 where nobody is blocked.
    enabled: not(flagOf(record, "blocked", false)),
    attributes: {
      ...contact("email", email.value, email.isVerified),
      ...contact(
        "phone_number",
        phoneOf(memberOf(record, "phone_number")),
        flagOf(record, "phone_verified", undefined),
      ),
      ...Object.fromEntries(claims.map((claim) => [claim, memberOf(record, claim)])),
    },
    ...passwordOf(record),
    ...(passwordVersion === undefined ? {} : { passwordVersion }),
    identities: objectsIn(record, "identities")
      .filter((one) => memberOf(one, "provider") !== "auth0")
      .map((one) => ({ provider: memberOf(one, "provider"), userId: memberOf(one, "user_id") })),
    totp: memberOf(objectOf(factor, "totp"), "secret") ?? memberOf(record, "otp_secret"),
    createdAt: dateOf(memberOf(record, "created_at")),
    lastSignInAt: dateOf(memberOf(record, "last_login")),
  };
}

const claims = ["name", "given_name", "family_name", "nickname", "picture"];

/** The file of hashes has the id without its connection's strategy, or `alt_id` where the id was chosen by its maker. */
function idOf(record: AccountFields, source: string): unknown {
  const written = memberOf(record, "_id");
  const internal = typeof written === "string" ? written : optionalTextOf(objectOf(record, "_id"), "$oid");
  const own = optionalTextOf(record, "alt_id") ?? internal;
  const userId = memberOf(record, "user_id");
  if (userId === undefined) return own === undefined ? undefined : `auth0|${own}`;
  if (own !== undefined && userId !== own && userId !== `auth0|${own}`) {
    throw noUser(source, "`user_id` and `_id` are two users' ids");
  }
  return userId;
}

function emailOf(record: AccountFields): { readonly value: unknown; readonly isVerified: boolean | undefined } {
  const value = memberOf(record, "email");
  if (value !== undefined) return { value, isVerified: flagOf(record, "email_verified", undefined) };
  const [own = {}] = objectsIn(record, "identifiers").filter((one) => memberOf(one, "type") === "email");
  return { value: memberOf(own, "value"), isVerified: flagOf(own, "verified", undefined) };
}

function passwordOf(record: AccountFields): Pick<MappedImport, "password"> {
  const custom = memberOf(record, "custom_password_hash");
  if (custom !== undefined) return { password: { format: name, encoded: JSON.stringify(custom) } };
  return { password: { encoded: memberOf(record, "passwordHash") ?? memberOf(record, "password_hash") } };
}

/** A date as ISO 8601, or as MongoDB's tools write it: `{"$date": …}`. */
function dateOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "$date" in value ? value.$date : value;
}
