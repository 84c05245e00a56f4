// FusionAuth: the body of its user import, `{"users": […]}`, which is also how its search answers users (without hashes).
// https://fusionauth.io/docs/apis/users#import-users, https://fusionauth.io/docs/reference/password-hashes

import { decodeBase64 } from "../core/encodings.ts";
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

export interface FusionauthImportSettings extends ImportSettings {
  /** For files whose users do not name their own, as `salted-pbkdf2-hmac-sha256`. */
  readonly encryptionScheme?: string;
  readonly factor?: number;
}

const name = "fusionauth";
const marks = ["encryptionScheme", "passwordChangeRequired", "insertInstant", "registrations", "twoFactor"];

/** Reads FusionAuth's users; the format of their passwords is `fusionauth()`. */
export function fusionauth(settings: FusionauthImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes(head) {
      const paths = memberPaths(head);
      return !paths.has("realm") && marks.some((mark) => paths.has(`users[].${mark}`));
    },
    read(bytes) {
      const records = readText(name, bytes, (file) => jsonListRecords(file, ["users"]));
      return importUsers(records, name, settings, (record, source) => mapRecord(record, source, settings));
    },
  };
}

function mapRecord(record: AccountFields, source: string, settings: FusionauthImportSettings): MappedImport {
  const of = (field: string) => memberOf(record, field);
  const names = [of("firstName"), of("lastName")].filter((one) => typeof one === "string");
  const languages = of("preferredLanguages");
  return {
    id: of("id"),
    username: of("username") ?? of("email"),
    enabled: isEnabled(record),
    attributes: {
      ...contact("email", of("email"), flagOf(record, "verified", undefined)),
      ...contact("phone_number", phoneOf(of("phoneNumber") ?? of("mobilePhone")), undefined),
      name: of("fullName") ?? (names.length === 0 ? undefined : names.join(" ")),
      given_name: of("firstName"),
      middle_name: of("middleName"),
      family_name: of("lastName"),
      birthdate: of("birthDate"),
      picture: of("imageUrl"),
      zoneinfo: of("timezone"),
      locale: Array.isArray(languages) ? languages[0] : undefined,
    },
    // Nobody may come in with a password that had to be changed.
    ...(of("passwordChangeRequired") === true ? {} : passwordOf(record, source, settings)),
    totp: totpOf(record),
    createdAt: of("insertInstant"),
    lastSignInAt: of("lastLoginInstant"),
  };
}

/** Active, and not expired: `expiry` is in milliseconds since 1970. */
function isEnabled(record: AccountFields): boolean | undefined {
  const expiry = memberOf(record, "expiry");
  if (expiry !== undefined && (typeof expiry !== "number" || expiry <= Date.now())) return false;
  return flagOf(record, "active", true);
}

function passwordOf(record: AccountFields, source: string, settings: FusionauthImportSettings) {
  const encoded = memberOf(record, "password");
  if (encoded === undefined) return {};
  const { encryptionScheme = settings.encryptionScheme, factor = settings.factor } = {
    ...definedText(record, "encryptionScheme"),
    ...definedNumber(record, "factor"),
  };
  if (encryptionScheme === undefined || factor === undefined) {
    throw noUser(source, "`password` without `encryptionScheme` and `factor`; give the reader those of the whole file");
  }
  const salt = optionalTextOf(record, "salt");
  return {
    password: { format: name, encoded, ...(salt === undefined ? {} : { salt }), params: { encryptionScheme, factor } },
  };
}

function definedText(record: AccountFields, field: "encryptionScheme"): { readonly encryptionScheme?: string } {
  const value = memberOf(record, field);
  return typeof value === "string" ? { encryptionScheme: value } : {};
}

function definedNumber(record: AccountFields, field: "factor"): { readonly factor?: number } {
  const value = memberOf(record, field);
  return typeof value === "number" ? { factor: value } : {};
}

/** The secret is Base64 of its bytes. One with other than the usual parameters is left out. */
function totpOf(record: AccountFields): string | undefined {
  const [method = {}] = objectsIn(objectOf(record, "twoFactor"), "methods").filter(isUsual);
  const secret = decodeBase64(optionalTextOf(method, "secret") ?? "");
  return secret === undefined || secret.length === 0 ? undefined : encodeBase32(secret);
}

function isUsual(method: AccountFields): boolean {
  const data = objectOf(method, "authenticator");
  const usual = { algorithm: "HmacSHA1", codeLength: 6, timeStep: 30 };
  const isSame = Object.entries(usual).every(([field, value]) => (memberOf(data, field) ?? value) === value);
  return memberOf(method, "method") === "authenticator" && isSame;
}
