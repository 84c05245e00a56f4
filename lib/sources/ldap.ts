import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { DeniedReason } from "../core/outcome.ts";
import type { LegacySource, Lookup, SecretRef } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import { openLdapDirectory } from "../protocols/ldap-directory.ts";
import type { LdapEntry } from "../protocols/ldap-entry.ts";
import { asLdapFault, resultCodeOf } from "../protocols/ldap-failures.ts";
import { escapeDnValue, isNameable } from "../protocols/ldap-names.ts";
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

export interface LdapSettings {
  /** Default "ldap". Needed where two sources are LDAP directories. */
  readonly name?: string;
  /** JSON {url, bindDn, password}; {url} alone with `userDn`. ldaps:// is TLS at once, ldap:// is raised by StartTLS. */
  readonly connection: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: ServerTls;
  /** The DN below which the users are. */
  readonly base: string;
  /** What makes an entry a user (RFC 4515). Default (objectClass=person). */
  readonly filter?: string;
  /** Attributes that users are looked up by. Default uid, mail and entryUUID; with `userDn`, uid alone. */
  readonly find?: LdapFind;
  /** What is read of an entry. Default "*", entryUUID and the attributes of `find`. */
  readonly attributes?: readonly string[];
  /** For a directory without a service account: what users bind as, `uid=$1,ou=people,…`; then nothing but signing in works. */
  readonly userDn?: string;
  readonly user: (entry: LdapEntry) => MappedUser;
  /** What the entry of a user who has moved gets. The service account has to be allowed to write that attribute. */
  readonly mark?: LdapMark;
}

const usualFind: LdapFind = { byUsername: "uid", byEmail: "mail", byId: "entryUUID" };
/** Result codes of a user's bind that are refusals (RFC 4511 appendix A.2); every other one is a fault. */
const denials: Readonly<Record<number, DeniedReason>> = {
  // inappropriateAuthentication: the entry has no password.
  48: "wrong-password",
  49: "wrong-password",
  // noSuchObject, invalidDNSyntax: removed since it was found, or never there.
  32: "unknown-user",
  34: "unknown-user",
};

/** An LDAP directory (RFC 4511). The user is found by the service account; his password is proved by a bind as him. */
export function ldap(settings: LdapSettings): LegacySource {
  const { name = "ldap", userDn, mark } = settings;
  const lookups = readLdapFind(settings.find ?? (userDn === undefined ? usualFind : { byUsername: "uid" }));
  const directory = openLdapDirectory(name, settings.connection, settings.tls ?? {});
  const view: LdapUsersView = {
    name,
    base: settings.base,
    filter: settings.filter ?? "(objectClass=person)",
    lookups,
    attributes: settings.attributes ?? ["*", "entryUUID", ...[...lookups.values()].flat()],
    parse: (entry) => parseLegacyUser(mapEntry(entry), name),
  };

  const find = (by: Lookup, signal: AbortSignal) =>
    directory.asService((session) => findLdapUser(view, session, by, signal), signal);

  /** Binds as the DN. `read` asks on the user's own session. */
  async function bindAs(
    dn: string,
    password: Secret,
    read: Parameters<typeof directory.asUser<FoundUser | undefined>>[2],
    signal: AbortSignal,
  ): ReturnType<NonNullable<LegacySource["authenticate"]>> {
    const answer = await directory.asUser(dn, password.revealText(), read, signal);
    if (answer.kind === "bound") {
      return answer.value === undefined
        ? { kind: "denied", reason: "unknown-user" }
        : { kind: "match", user: answer.value.user };
    }
    const reason = denials[resultCodeOf(answer.error) ?? 0];
    if (reason === undefined) throw asLdapFault(answer.error, name);
    return { kind: "denied", reason };
  }

  const source: LegacySource = {
    name,
    lookups: [...lookups.keys()],
    async authenticate(by, password, signal) {
      // Before anything is asked: an empty password binds as nobody, and succeeds (RFC 4513 5.1.2).
      if (password.byteLength === 0) return { kind: "denied", reason: "wrong-password" };
      if (userDn !== undefined) {
        if (by.by !== "username" || !isNameable(by.canonical)) return { kind: "denied", reason: "unknown-user" };
        const dn = userDn.replaceAll("$1", () => escapeDnValue(by.canonical));
        return bindAs(dn, password, (own) => findLdapUser(view, own, by, signal, { base: dn, scope: "base" }), signal);
      }
      const found = await find(by, signal);
      if (found === undefined) return { kind: "denied", reason: "unknown-user" };
      return bindAs(found.entry.dn, password, async () => found, signal);
    },
    ...(userDn === undefined
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
    try {
      return settings.user(entry);
    } catch (cause) {
      throw new MigrationError("RECORD_UNUSABLE", `${name}: \`user\` threw on an entry`, { cause });
    }
  }
}

function settingFaults(settings: LdapSettings): readonly SettingFault[] {
  const { userDn, user } = settings;
  const finds =
    userDn === undefined ? (["byEmail", "byPhone", "byUsername", "byId"] as const) : (["byUsername"] as const);
  const faults = [...ldapSettingFaults(settings, finds)];
  if (settings.find !== undefined && Object.keys(settings.find ?? {}).length === 0) {
    faults.push({ path: "find", message: `no look-up; there are ${finds.join(", ")}` });
  }
  if (userDn !== undefined && !(typeof userDn === "string" && /=\$1(?:,|$)/.test(userDn))) {
    faults.push({
      path: "userDn",
      message: "has to be a DN with $1 for the user name: uid=$1,ou=people,dc=example,dc=org",
    });
  }
  if (typeof user !== "function") {
    faults.push({
      path: "user",
      message: "has to be a function from an entry to { id, username, enabled, attributes }",
    });
  }
  faults.push(...markFaults(settings.mark, userDn === undefined && (settings.find ?? usualFind).byId !== undefined));
  return faults;
}
