// LDIF (RFC 2849), as slapcat, ldapsearch and ldifde write it: people of OpenLDAP, 389 Directory Server and FreeIPA by
// inetOrgPerson (RFC 2798), users of Active Directory by its own attributes.
// https://www.rfc-editor.org/rfc/rfc2849, https://learn.microsoft.com/en-us/windows/win32/adschema/c-user

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import { accountTime, guidText, isAccountEnabled } from "../protocols/active-directory-account.ts";
import { headLines } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers, noUser } from "../protocols/import-users.ts";
import { contact, phoneOf } from "../protocols/import-values.ts";
import type { LdapEntry } from "../protocols/ldap-entry.ts";
import { ldifEntries } from "../protocols/ldif-records.ts";

const name = "ldif";

/** Reads the people of a directory; entries that are none (units, groups, computers) are refused by that reason. */
export function ldif(settings: ImportSettings<LdapEntry> = {}): ImportFormat {
  return {
    name,
    recognizes(head) {
      const first = headLines(head).find((line) => line.trim() !== "" && !/^[# ]/.test(line)) ?? "";
      return /^(?:version: *1 *$|dn::? *.)/i.test(first);
    },
    read: (bytes) => importUsers(ldifEntries(name, bytes), name, settings, mapEntry),
  };
}

const people = ["person", "organizationalperson", "inetorgperson", "user", "account", "posixaccount"];

function mapEntry(entry: LdapEntry, source: string): MappedImport {
  const classes = entry.texts("objectClass").map((one) => one.toLowerCase());
  if (classes.includes("computer") || !classes.some((one) => people.includes(one))) {
    throw noUser(source, "an entry that is no person, by its objectClass");
  }
  const isActiveDirectory = classes.includes("user") && entry.bytes("sAMAccountName") !== undefined;
  const shared = {
    attributes: {
      ...contact("email", entry.text("mail"), undefined),
      ...contact("phone_number", phoneOf(entry.text("mobile") ?? entry.text("telephoneNumber")), undefined),
      name: entry.text("displayName") ?? entry.text("cn"),
      given_name: entry.text("givenName"),
      family_name: entry.text("sn"),
      locale: entry.text("preferredLanguage"),
    },
    groups: entry.texts("memberOf").flatMap(firstName),
  };
  return { ...shared, ...(isActiveDirectory ? ofActiveDirectory(entry) : ofInetOrgPerson(entry)) };
}

/** Passwords never leave Active Directory in LDIF. The id is objectGUID, as the live source has it. */
function ofActiveDirectory(entry: LdapEntry) {
  const guid = entry.bytes("objectGUID");
  const passwordVersion = entry.text("pwdLastSet");
  return {
    id: guid?.length === 16 ? guidText(guid) : undefined,
    username: entry.text("sAMAccountName"),
    enabled: isAccountEnabled(entry, Date.now()),
    ...(passwordVersion === undefined ? {} : { passwordVersion }),
    createdAt: generalizedTime(entry.text("whenCreated")),
    lastSignInAt: accountTime(entry.text("lastLogonTimestamp")),
  };
}

function ofInetOrgPerson(entry: LdapEntry) {
  const id = ["entryUUID", "nsUniqueId", "ipaUniqueID", "uid"].map((one) => entry.text(one));
  // Of OpenLDAP's password policy: this time is "for good". 389 Directory Server and FreeIPA have a flag.
  const isLocked = entry.text("pwdAccountLockedTime") === "000001010000Z";
  const isOff = entry.text("nsAccountLock")?.toLowerCase() === "true";
  return {
    id: id.find((one) => one !== undefined),
    username: entry.text("uid") ?? entry.text("cn"),
    enabled: !isLocked && !isOff,
    ...passwordOf(entry),
    createdAt: generalizedTime(entry.text("createTimestamp")),
    lastSignInAt: generalizedTime(entry.text("authTimestamp")),
  };
}

/** Marks of accounts without a password, and `{SASL}`, which sends the directory to somebody else to ask. */
const noPassword = /^(?:\{SASL\}.*|\{CRYPT\}[!*].*|!!?|\*.*|x|)$/is;

/** Digests say themselves what they are; what says nothing stands in clear. */
function passwordOf(entry: LdapEntry): Pick<MappedImport, "password" | "plaintext"> {
  const all = entry.texts("userPassword").filter((one) => !noPassword.test(one));
  const [only] = all;
  if (only !== undefined && all.length === 1 && !isDigest(only)) return { plaintext: only };
  return { password: all.map((encoded) => (isDigest(encoded) ? { encoded } : { format: "ldap", encoded })) };
}

function isDigest(text: string): boolean {
  return /^\{[A-Za-z0-9._-]{1,32}\}/.test(text);
}

/** The value of a DN's first part, as `staff` of `cn=staff,ou=groups,dc=example,dc=org` (RFC 4514). */
function firstName(dn: string): readonly string[] {
  const [, value = ""] = /^[^=]+=((?:\\.|[^,+\\])*)/s.exec(dn) ?? [];
  const text = value.replace(/\\([,+"\\<>;=# ])/g, "$1").trim();
  return text === "" ? [] : [text];
}

/** RFC 4517 3.3.13, in UTC: `20240131093000Z`, with a fraction or without. */
function generalizedTime(text: string | undefined): string | undefined {
  return text?.replace(/^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:[.,]\d+)?Z$/, "$1-$2-$3T$4:$5:$6Z");
}
