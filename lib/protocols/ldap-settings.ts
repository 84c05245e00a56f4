import type { Lookup, SecretRef } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import { isAttributeName } from "./ldap-names.ts";
import { type ServerTls, tlsFaults } from "./server-tls.ts";

/** The attributes that users are looked up by; one user may have the value in any of several. */
export type LdapFind = Partial<Record<LdapFindName, string | readonly string[]>>;

export type LdapFindName = "byEmail" | "byPhone" | "byUsername" | "byId";

const lookupOf: Readonly<Record<LdapFindName, Lookup["by"]>> = {
  byEmail: "email",
  byPhone: "phone",
  byUsername: "username",
  byId: "id",
};

/** What a moved user's entry gets: `employeeType`, say, and its one value from then on. */
export interface LdapMark {
  readonly attribute: string;
  readonly value: string;
}

/** What both kinds of directory are told alike. */
export interface LdapSettingsBase {
  readonly connection: SecretRef;
  readonly tls?: ServerTls;
  readonly base: string;
  readonly filter?: string;
  readonly attributes?: readonly string[];
  readonly find?: LdapFind;
  readonly mark?: LdapMark;
}

/** The look-ups by what they are called in the port. */
export function readLdapFind(find: LdapFind | undefined): ReadonlyMap<Lookup["by"], readonly string[]> {
  const named = Object.entries(find ?? {}).filter(([key]) => Object.hasOwn(lookupOf, key));
  return new Map(named.map(([key, value]) => [lookupOf[key as LdapFindName], [value].flat()]));
}

/** @param finds The look-ups that may be given. */
export function ldapSettingFaults(settings: LdapSettingsBase, finds: readonly LdapFindName[]): readonly SettingFault[] {
  const { connection, tls, base, filter, attributes, find } = settings;
  const faults: SettingFault[] = [];
  if (typeof connection?.read !== "function") {
    const message = 'has to be secret("name of the secret"): where the directory is, and who asks';
    faults.push({ path: "connection", message });
  }
  faults.push(...tlsFaults(tls));
  if (typeof base !== "string" || !base.includes("=")) {
    faults.push({ path: "base", message: "has to be the DN below which the users are: ou=people,dc=example,dc=org" });
  }
  if (filter !== undefined && !isBalanced(filter)) {
    faults.push({ path: "filter", message: "has to be a filter in brackets: (objectClass=inetOrgPerson)" });
  }
  if (attributes !== undefined && !(Array.isArray(attributes) && attributes.every(isReadable))) {
    faults.push({ path: "attributes", message: 'has to be a list of names of attributes; "*" is all that users have' });
  }
  for (const [key, value] of Object.entries(find ?? {})) {
    const path = `find.${key}`;
    if (!finds.some((one) => one === key)) {
      faults.push({ path, message: `no such look-up here; there are ${finds.join(", ")}` });
    } else if ([value].flat().length === 0 || ![value].flat().every(isAttributeName)) {
      faults.push({ path, message: 'has to be the name of an attribute, "mail", or a list of them' });
    }
  }
  return faults;
}

/** @param canFind Whether there is a service account that finds users by their id. */
export function markFaults(mark: unknown, canFind: boolean): readonly SettingFault[] {
  if (mark === undefined) return [];
  const { attribute, value } = (mark ?? {}) as { readonly attribute?: unknown; readonly value?: unknown };
  const faults: SettingFault[] = [];
  if (!isAttributeName(attribute)) {
    faults.push({ path: "mark.attribute", message: "has to be the name of an attribute: employeeType" });
  }
  if (typeof value !== "string" || value === "") {
    faults.push({ path: "mark.value", message: "has to be a text: what the attribute says of a user who has moved" });
  }
  if (!canFind) faults.push({ path: "mark", message: "needs a service account that finds users by their id (byId)" });
  return faults;
}

function isReadable(name: unknown): boolean {
  return name === "*" || name === "+" || isAttributeName(name);
}

function isBalanced(filter: unknown): boolean {
  if (typeof filter !== "string" || !filter.startsWith("(") || !filter.endsWith(")")) return false;
  let depth = 0;
  for (const [index, sign] of [...filter].entries()) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (depth < 0 || (depth === 0 && index < [...filter].length - 1)) return false;
  }
  return depth === 0;
}
