// Okta: users as its Users API lists them, pages put together as lines or one list; with `credentials.password.hash` where
// the file is one that was made for Okta's import. Okta itself gives no hash away.
// https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ (listUsers, password hash object)

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { memberPaths } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers, noUser } from "../protocols/import-users.ts";
import { contact, memberOf, objectOf, objectsIn, phoneOf } from "../protocols/import-values.ts";
import { jsonRecords } from "../protocols/json-records.ts";
import { readText } from "../protocols/opened-text.ts";

const name = "okta";

/** Whether a user of this status could sign in, or would be after a reset or the end of a lock. */
const statuses: ReadonlyMap<unknown, boolean> = new Map([
  ["ACTIVE", true],
  ["PROVISIONED", true],
  ["RECOVERY", true],
  ["PASSWORD_EXPIRED", true],
  ["LOCKED_OUT", true],
  ["STAGED", false],
  ["SUSPENDED", false],
  ["DEPROVISIONED", false],
]);

/** Reads users of Okta's API. */
export function okta(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes: (head) => memberPaths(head).has("profile.login"),
    read: (bytes) => importUsers(readText(name, bytes, jsonRecords), name, settings, mapRecord),
  };
}

function mapRecord(record: AccountFields, source: string): MappedImport {
  const enabled = statuses.get(memberOf(record, "status"));
  if (enabled === undefined) throw noUser(source, `\`status\` is none of ${[...statuses.keys()].join(", ")}`);
  const profile = objectOf(record, "profile");
  const of = (field: string) => memberOf(profile, field);
  const names = [of("firstName"), of("lastName")].filter((one) => typeof one === "string");
  const passwordVersion = memberOf(record, "passwordChanged");
  return {
    id: memberOf(record, "id"),
    username: of("login"),
    enabled,
    attributes: {
      ...contact("email", of("email"), isEmailVerified(record, of("email"))),
      ...contact("phone_number", phoneOf(of("mobilePhone") ?? of("primaryPhone")), undefined),
      name: of("displayName") ?? (names.length === 0 ? undefined : names.join(" ")),
      given_name: of("firstName"),
      middle_name: of("middleName"),
      family_name: of("lastName"),
      nickname: of("nickName"),
      locale: of("locale"),
      zoneinfo: of("timezone"),
    },
    ...passwordOf(record),
    ...(passwordVersion === undefined ? {} : { passwordVersion }),
    createdAt: memberOf(record, "created"),
    lastSignInAt: memberOf(record, "lastLogin"),
  };
}

/** Said in `credentials.emails` alone; a list without the address says that it is not verified. */
function isEmailVerified(record: AccountFields, email: unknown): boolean | undefined {
  const emails = objectsIn(objectOf(record, "credentials"), "emails");
  if (emails.length === 0) return undefined;
  return emails.some((one) => memberOf(one, "value") === email && memberOf(one, "status") === "VERIFIED");
}

function passwordOf(record: AccountFields): Pick<MappedImport, "password" | "plaintext"> {
  const password = objectOf(objectOf(record, "credentials"), "password");
  const hash = memberOf(password, "hash");
  if (hash !== undefined) return { password: { format: name, encoded: JSON.stringify(hash) } };
  return { plaintext: memberOf(password, "value") };
}
