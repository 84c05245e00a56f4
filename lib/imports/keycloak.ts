// Keycloak: a realm with its users, as `kc.sh export` writes it: one file, or files of users beside that of the realm.
// The admin console's partial export has no users. https://www.keycloak.org/server/importExport,
// https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { memberPaths } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers, noUser } from "../protocols/import-users.ts";
import {
  contact,
  encodeBase32,
  flagOf,
  memberOf,
  objectOf,
  objectsIn,
  optionalTextOf,
  phoneOf,
} from "../protocols/import-values.ts";
import { jsonListRecords } from "../protocols/json-records.ts";
import { readText } from "../protocols/opened-text.ts";

const name = "keycloak";

/** Reads the users of a realm. Those who have to change their password or verify their address still have to, here too. */
export function keycloak(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes(head) {
      const paths = memberPaths(head);
      // A realm's users may stand behind the head; these settings are a realm's alone.
      if (paths.has("accessTokenLifespan") || paths.has("sslRequired")) return true;
      return paths.has("realm") && paths.has("users");
    },
    read(bytes) {
      const records = readText(name, bytes, (file) => jsonListRecords(file, ["users"]));
      return importUsers(records, name, settings, mapRecord);
    },
  };
}

function mapRecord(record: AccountFields, source: string): MappedImport {
  if (memberOf(record, "serviceAccountClientId") !== undefined) throw noUser(source, "a client's service account");
  const of = (field: string) => memberOf(record, field);
  const own = ownAttributes(record);
  const names = [of("firstName"), of("lastName")].filter((one) => typeof one === "string");
  const actions = textsIn(record, "requiredActions");
  const isVerified = actions.includes("VERIFY_EMAIL") ? false : flagOf(record, "emailVerified", undefined);
  const { phoneNumber, phoneNumberVerified, email: _email, email_verified: _flag, ...others } = own;
  return {
    id: of("id"),
    username: of("username"),
    enabled: flagOf(record, "enabled", undefined),
    attributes: {
      ...others,
      ...contact(
        "phone_number",
        phoneOf(phoneNumber),
        flagOf({ phoneNumberVerified }, "phoneNumberVerified", undefined),
      ),
      ...contact("email", of("email"), isVerified),
      given_name: of("firstName"),
      family_name: of("lastName"),
      ...(names.length === 0 ? {} : { name: names.join(" ") }),
    },
    groups: textsIn(record, "groups").map((path) => path.replace(/^\//, "")),
    // A temporary password opens nothing but the page where a new one is chosen.
    ...(actions.includes("UPDATE_PASSWORD") ? {} : passwordOf(record)),
    identities: objectsIn(record, "federatedIdentities").map((one) => ({
      provider: memberOf(one, "identityProvider"),
      userId: memberOf(one, "userId"),
    })),
    totp: totpOf(record),
    createdAt: of("createdTimestamp"),
  };
}

/** The first value of each, as the live source has it. */
function ownAttributes(record: AccountFields): AccountFields {
  const entries = Object.entries(objectOf(record, "attributes"));
  return Object.fromEntries(entries.map(([key, values]) => [key, Array.isArray(values) ? values[0] : values]));
}

function textsIn(record: AccountFields, field: string): readonly string[] {
  const value = memberOf(record, field);
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A hash, whole as the format keycloak takes it; or a password in clear, in files that were written by hand. */
function passwordOf(record: AccountFields): Pick<MappedImport, "password" | "plaintext"> {
  const [credential] = objectsIn(record, "credentials").filter((one) => memberOf(one, "type") === "password");
  if (credential === undefined || memberOf(credential, "temporary") === true) return {};
  if (["secretData", "hashedSaltedValue"].some((one) => memberOf(credential, one) !== undefined)) {
    return { password: { format: name, encoded: JSON.stringify(credential) } };
  }
  return { plaintext: memberOf(credential, "value") };
}

/**
 * The secret is the text itself, not its Base32, unless it says so. One with other than the usual parameters is left out:
 * an authenticator that is told nothing of them would show codes that are wrong.
 */
function totpOf(record: AccountFields): string | undefined {
  for (const credential of objectsIn(record, "credentials")) {
    const [secret, data] = [objectOf(credential, "secretData"), objectOf(credential, "credentialData")];
    const value = optionalTextOf(secret, "value");
    if (memberOf(credential, "type") !== "otp" || value === undefined || !isUsual(data)) continue;
    return memberOf(secret, "secretEncoding") === "BASE32" ? value : encodeBase32(Buffer.from(value));
  }
  return undefined;
}

function isUsual(data: AccountFields): boolean {
  const usual = { subType: "totp", digits: 6, period: 30, algorithm: "HmacSHA1" };
  return Object.entries(usual).every(([field, value]) => (memberOf(data, field) ?? value) === value);
}
