// Firebase Authentication: what `firebase auth:export` writes, as JSON or as CSV without a header.
// https://firebase.google.com/docs/cli/auth, github.com/firebase/firebase-tools (src/accountExporter.ts)

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { csvRecords } from "../protocols/csv-records.ts";
import { firstFields, memberPaths } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers } from "../protocols/import-users.ts";
import { contact, flagOf, memberOf, not, objectsIn } from "../protocols/import-values.ts";
import { jsonListRecords } from "../protocols/json-records.ts";
import { type OpenedText, readText } from "../protocols/opened-text.ts";

const name = "firebase";

/** Providers that have columns of their own, each for the id, e-mail address, name and picture. */
const providers = ["google.com", "facebook.com", "twitter.com", "github.com"];
const columns = [
  ...["localId", "email", "emailVerified", "passwordHash", "salt", "displayName", "photoUrl"],
  ...providers.flatMap((provider) => ["rawId", "email", "displayName", "photoUrl"].map((one) => `${provider} ${one}`)),
  ...["createdAt", "lastSignedInAt", "phoneNumber", "disabled", "customAttributes"],
];
/** Older versions end with the phone number; each row has a comma more at its end. */
const rowLengths = { min: 26, max: columns.length + 1 };
const createdAt = columns.indexOf("createdAt");

/** Reads Firebase's exports. The format of their passwords needs the project's parameters: `firebase({ signerKey })`. */
export function firebase(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes: (head) => memberPaths(head).has("users[].localId") || isRow(firstFields(head)),
    read: (bytes) => importUsers(readText(name, bytes, readRecords), name, settings, mapRecord),
  };
}

function isRow(fields: readonly string[]): boolean {
  const [id = "", , verified = ""] = fields;
  const isLong = fields.length >= rowLengths.min && fields.length <= rowLengths.max;
  return isLong && id !== "" && /^(?:true|false)$/.test(verified) && /^[0-9]{10,14}$/.test(fields[createdAt] ?? "");
}

function readRecords(file: OpenedText) {
  return file.first === "{" ? jsonListRecords(file, ["users"]) : csvRecords(file, { columns });
}

function mapRecord(record: AccountFields): MappedImport {
  const [email, phone] = [memberOf(record, "email"), memberOf(record, "phoneNumber")];
  return {
    id: memberOf(record, "localId"),
    username: email ?? phone ?? memberOf(record, "localId"),
    enabled: not(flagOf(record, "disabled", false)),
    attributes: {
      ...contact("email", email, flagOf(record, "emailVerified", undefined)),
      ...contact("phone_number", phone, undefined),
      name: memberOf(record, "displayName"),
      picture: memberOf(record, "photoUrl"),
    },
    ...passwordOf(record),
    identities: [...identitiesIn(record), ...identitiesInColumns(record)],
    createdAt: timeOf(record, "createdAt"),
    lastSignInAt: timeOf(record, "lastSignedInAt"),
  };
}

function passwordOf(record: AccountFields): Pick<MappedImport, "password"> {
  const salt = memberOf(record, "salt");
  const encoded = memberOf(record, "passwordHash");
  return { password: { format: name, encoded, ...(typeof salt === "string" ? { salt } : {}) } };
}

function identitiesIn(record: AccountFields) {
  return objectsIn(record, "providerUserInfo")
    .map((one) => ({ provider: memberOf(one, "providerId"), userId: memberOf(one, "rawId") }))
    .filter(({ provider }) => provider !== "password" && provider !== "phone");
}

function identitiesInColumns(record: AccountFields) {
  return providers
    .map((provider) => ({ provider, userId: memberOf(record, `${provider} rawId`) }))
    .filter(({ userId }) => userId !== undefined);
}

/** Milliseconds since 1970, as a text; 0 is never. */
function timeOf(record: AccountFields, member: string): unknown {
  const value = memberOf(record, member);
  return Number(value) === 0 ? undefined : value;
}
