import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import { denialOfSubCode, guidBytes, guidText, isAccountEnabled } from "../protocols/active-directory-account.ts";
import { openLdapDirectory } from "../protocols/ldap-directory.ts";
import type { LdapEntry } from "../protocols/ldap-entry.ts";
import { asLdapFault, bindSubCodeOf, isRefusedBind } from "../protocols/ldap-failures.ts";
import { isNameable } from "../protocols/ldap-names.ts";
import type { LdapSession } from "../protocols/ldap-session.ts";
import {
  type LdapFind,
  type LdapMark,
  ldapSettingFaults,
  markFaults,
  readLdapFind,
} from "../protocols/ldap-settings.ts";
import {
  type FoundUser,
  findLdapUser,
  type LdapUsersView,
  markLdapUser,
  openLdapPages,
} from "../protocols/ldap-users.ts";
import type { ServerTls } from "../protocols/server-tls.ts";

export interface ActiveDirectorySettings {
  /** Default "active-directory". Needed where two sources are Active Directory. */
  readonly name?: string;
  /** JSON {url, bindDn, password}; {url} alone with `upnSuffix`. ldaps:// is TLS at once, ldap:// is raised by StartTLS. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name; domain controllers usually refuse a bind without it. */
  readonly tls?: ServerTls;
  /** The DN below which the users are: dc=corp,dc=example. */
  readonly base: string;
  /** What makes an entry a user (RFC 4515). Default (&(objectCategory=person)(objectClass=user)). */
  readonly filter?: string;
  /** Attributes that users are looked up by, besides objectGUID. Default sAMAccountName, and mail or userPrincipalName. */
  readonly find?: Omit<LdapFind, "byId">;
  /** What is read of an entry besides what the source needs itself. Default none. */
  readonly attributes?: readonly string[];
  /** For a domain without a service account: users bind as name@suffix; then nothing but signing in works. */
  readonly upnSuffix?: string;
  /** Changes what the source makes of an entry: groups, another user name, more attributes. */
  readonly user?: (entry: LdapEntry, usual: MappedUser) => MappedUser;
  /** What the entry of a user who has moved gets. The service account has to be allowed to write that attribute. */
  readonly mark?: LdapMark;
}

const own = [
  "objectGUID",
  "objectSid",
  "sAMAccountName",
  "userPrincipalName",
  "userAccountControl",
  "accountExpires",
  "mail",
  "givenName",
  "sn",
  "displayName",
];

/**
 * Active Directory. The user is found by the service account, or binds at once by his principal name; the sub-code of a
 * refused bind becomes the reason. The id is objectGUID, which no renaming or move changes.
 */
export function activeDirectory(settings: ActiveDirectorySettings): LegacySource {
  const { name = "active-directory", upnSuffix, mark } = settings;
  const given = settings.find ?? { byUsername: "sAMAccountName", byEmail: ["mail", "userPrincipalName"] };
  const lookups = readLdapFind(upnSuffix === undefined ? { ...given, byId: "objectGUID" } : given);
  const marked = typeof mark?.attribute === "string" ? [mark.attribute] : [];
  const directory = openLdapDirectory(name, settings.connection, settings.tls ?? {});
  const view: LdapUsersView = {
    name,
    base: settings.base,
    filter: settings.filter ?? "(&(objectCategory=person)(objectClass=user))",
    lookups,
    attributes: [...own, ...[...lookups.values()].flat(), ...(settings.attributes ?? []), ...marked],
    id: { encode: guidBytes, decode: guidText },
    parse: (entry) => parseLegacyUser(mapEntry(entry), name),
  };

  const find = (by: Lookup, signal: AbortSignal) =>
    directory.asService((session) => findLdapUser(view, session, by, signal), signal);

  async function bindAs(
    principal: string,
    password: Secret,
    read: (session: LdapSession) => Promise<FoundUser | undefined>,
    signal: AbortSignal,
  ): ReturnType<NonNullable<LegacySource["authenticate"]>> {
    const answer = await directory.asUser(principal, password.revealText(), read, signal);
    if (answer.kind === "refused") {
      if (!isRefusedBind(answer.error)) throw asLdapFault(answer.error, name);
      return { kind: "denied", reason: denialOfSubCode(bindSubCodeOf(answer.error)) };
    }
    return answer.value === undefined
      ? { kind: "denied", reason: "unknown-user" }
      : { kind: "match", user: answer.value.user };
  }

  const source: LegacySource = {
    name,
    lookups: [...lookups.keys()],
    async authenticate(by, password, signal) {
      // Before anything is asked: an empty password binds as nobody, and succeeds (RFC 4513 5.1.2).
      if (password.byteLength === 0) return { kind: "denied", reason: "wrong-password" };
      if (upnSuffix !== undefined) {
        const text = by.canonical;
        if (!lookups.has(by.by) || !isNameable(text)) {
          return { kind: "denied", reason: "unknown-user" };
        }
        const principal = text.includes("@") ? text : `${text}@${upnSuffix}`;
        return bindAs(principal, password, (session) => findOwn(view, session, by, signal), signal);
      }
      const found = await find(by, signal);
      if (found === undefined) return { kind: "denied", reason: "unknown-user" };
      return bindAs(found.entry.dn, password, async () => found, signal);
    },
    ...(upnSuffix === undefined
      ? {
          find: async (by: Lookup, signal: AbortSignal) => (await find(by, signal))?.user,
          ...openLdapPages(view, directory),
          ...(mark === undefined
            ? {}
            : {
                mark: (id: string, _: Date, signal: AbortSignal) =>
                  directory.asService((session) => markLdapUser(view, session, id, mark, signal), signal),
              }),
          warm: () => directory.warm(),
        }
      : {}),
    close: () => directory.close(),
  };
  return withSettingFaults(source, settingFaults(settings));

  function mapEntry(entry: LdapEntry): unknown {
    const guid = entry.bytes("objectGUID");
    const usual: MappedUser = {
      id: guid?.length === 16 ? guidText(guid) : undefined,
      username: entry.text("sAMAccountName"),
      enabled: isAccountEnabled(entry, Date.now()),
      attributes: {
        email: entry.text("mail"),
        given_name: entry.text("givenName"),
        family_name: entry.text("sn"),
        name: entry.text("displayName"),
      },
    };
    if (settings.user === undefined) return usual;
    try {
      return settings.user(entry, usual);
    } catch (cause) {
      throw new MigrationError("RECORD_UNUSABLE", `${name}: \`user\` threw on an entry`, { cause });
    }
  }
}

/**
 * The entry that the identifier leads to, when it is that of who has bound. One user's mail may be another user's
 * principal name: without this check the first one's password would open the second one's account.
 * @see [MS-ADTS] 3.1.1.3.2, tokenGroups of the root entry: the SIDs of who is bound, his own among them.
 */
async function findOwn(
  view: LdapUsersView,
  session: LdapSession,
  by: Lookup,
  signal: AbortSignal,
): Promise<FoundUser | undefined> {
  const found = await findLdapUser(view, session, by, signal);
  if (found === undefined) return undefined;
  const { PresenceFilter } = await import("ldapts");
  const filter = new PresenceFilter({ attribute: "objectClass" });
  const root = { base: "", scope: "base", sizeLimit: 1, timeLimitSeconds: 3, attributes: ["tokenGroups"] } as const;
  const { entries } = await session.search({ ...root, filter }, signal);
  const mine = entries[0]?.allBytes("tokenGroups") ?? [];
  const sid = found.entry.bytes("objectSid");
  return sid !== undefined && mine.some((one) => Buffer.compare(one, sid) === 0) ? found : undefined;
}

function settingFaults(settings: ActiveDirectorySettings): readonly SettingFault[] {
  const { upnSuffix, user, find } = settings;
  const faults = [...ldapSettingFaults(settings, ["byEmail", "byPhone", "byUsername"])];
  if (find !== undefined && Object.keys(find).length === 0) {
    faults.push({ path: "find", message: "no look-up; there are byEmail, byPhone and byUsername" });
  }
  if (upnSuffix !== undefined && !(typeof upnSuffix === "string" && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(upnSuffix))) {
    faults.push({ path: "upnSuffix", message: "has to be what comes after the @ of principal names: corp.example" });
  }
  if (user !== undefined && typeof user !== "function") {
    faults.push({ path: "user", message: "has to be a function of an entry and the usual user to a user" });
  }
  faults.push(...markFaults(settings.mark, upnSuffix === undefined));
  return faults;
}
