import { MigrationError } from "../core/errors.ts";
import type { Lookup, Page, PageRequest } from "../core/ports.ts";
import type { LegacyUser } from "../core/user.ts";
import type { LdapDirectory } from "./ldap-directory.ts";
import type { LdapEntry } from "./ldap-entry.ts";
import { resultCodeOf } from "./ldap-failures.ts";
import { isCalled, isNameable } from "./ldap-names.ts";
import type { LdapSearch, LdapSession } from "./ldap-session.ts";
import type { LdapMark } from "./ldap-settings.ts";

/** Which entries of a directory are users, and what they are. */
export interface LdapUsersView {
  /** Of the source; begins the messages. */
  readonly name: string;
  readonly base: string;
  /** What makes an entry a user, as RFC 4515 text of the adopter's own. */
  readonly filter: string;
  readonly attributes: readonly string[];
  readonly lookups: ReadonlyMap<Lookup["by"], readonly string[]>;
  /** How the id is kept where it is no text; undefined for a text that is no id. */
  readonly id?: { encode(text: string): Buffer | undefined; decode(value: Uint8Array): string };
  /** @throws MigrationError RECORD_UNUSABLE */
  parse(entry: LdapEntry): LegacyUser;
}

export interface FoundUser {
  readonly entry: LdapEntry;
  readonly user: LegacyUser;
}

// A sign-in has four seconds for everything; a page of a list is nobody's sign-in.
const findSeconds = 3;
const listSeconds = 30;
/** RFC 4511 appendix A.2. */
const noSuchObject = 32;
// Each open list holds a cookie at the server; Active Directory keeps ten for one connection.
const maxOpenLists = 8;

/**
 * The one user of an identifier, on a session that is somebody's already.
 * @throws MigrationError RECORD_AMBIGUOUS for two entries, RECORD_UNUSABLE.
 */
export async function findLdapUser(
  view: LdapUsersView,
  session: LdapSession,
  by: Lookup,
  signal: AbortSignal,
  scope: Pick<LdapSearch, "base" | "scope"> = { base: view.base, scope: "sub" },
): Promise<FoundUser | undefined> {
  const text = by.by === "id" ? by.typed : by.canonical;
  const names = view.lookups.get(by.by);
  if (names === undefined || !isNameable(text)) return undefined;
  const { AndFilter, EqualityFilter, OrFilter } = await import("ldapts");
  const value = by.by === "id" && view.id !== undefined ? view.id.encode(text) : text;
  if (value === undefined) return undefined;
  const equal = names.map((attribute) => new EqualityFilter({ attribute, value }));
  const filter = new AndFilter({ filters: [await parseFilter(view), new OrFilter({ filters: equal })] });
  const limits = { sizeLimit: 2, timeLimitSeconds: findSeconds, attributes: view.attributes };
  const { entries, cutShort } = await session.search({ ...scope, ...limits, filter }, signal);
  const [entry] = entries;
  // Never "the first entry wins": the two may be two people.
  if (entries.length > 1 || cutShort) {
    throw new MigrationError("RECORD_AMBIGUOUS", `${view.name}: two entries or more for one ${by.by}`);
  }
  if (entry === undefined || !carries(view, entry, by, text)) return undefined;
  return { entry, user: view.parse(entry) };
}

function carries(view: LdapUsersView, entry: LdapEntry, { by }: Lookup, text: string): boolean {
  return (view.lookups.get(by) ?? []).some((name) => {
    if (by !== "id" || view.id === undefined) return entry.texts(name).some((value) => isCalled(value, text, by));
    const bytes = entry.bytes(name);
    return bytes !== undefined && view.id.decode(bytes) === text;
  });
}

/**
 * Gives the user's entry the mark, unless it has it. On the service account's session.
 * @returns whether there is such a user.
 */
export async function markLdapUser(
  view: LdapUsersView,
  session: LdapSession,
  id: string,
  { attribute, value }: LdapMark,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await findLdapUser(view, session, { by: "id", canonical: id, typed: id }, signal);
  if (found === undefined) return false;
  const values = found.entry.texts(attribute);
  if (values.length === 1 && values[0] === value) return true;
  try {
    await session.replace(found.entry.dn, attribute, value, signal);
    return true;
  } catch (error) {
    // Removed since it was found.
    if (resultCodeOf(error) === noSuchObject) return false;
    throw error;
  }
}

/** Pages of users, each continued on the session that it began on: a cookie means nothing elsewhere (RFC 2696). */
export function openLdapPages(view: LdapUsersView, directory: LdapDirectory) {
  const open = new Map<string, { readonly session: LdapSession; readonly cookie: Buffer }>();
  let tokens = 0;

  async function page(text: string, { size, after }: PageRequest, signal: AbortSignal): Promise<Page> {
    const from = after === undefined ? undefined : open.get(after);
    if (after !== undefined) open.delete(after);
    const filter = await pageFilter(view, text);
    return directory.asService(async (session) => {
      if (after !== undefined && session !== from?.session) {
        const message = `${view.name}: the server no longer holds the list; begin it again`;
        throw new MigrationError("SOURCE_UNAVAILABLE", message);
      }
      let cookie = from?.cookie;
      const users: LegacyUser[] = [];
      do {
        const found = await session.search(
          {
            base: view.base,
            scope: "sub",
            filter,
            attributes: view.attributes,
            sizeLimit: 0,
            timeLimitSeconds: listSeconds,
            page: { size, cookie },
          },
          signal,
        );
        // Half a list looks like a whole one to whoever removes what is not in it.
        if (found.cutShort) {
          const message = `${view.name}: the server's size limit cut the list short; raise it for the account`;
          throw new MigrationError("SOURCE_UNAVAILABLE", message);
        }
        users.push(...found.entries.map(view.parse));
        cookie = found.cookie;
        // A page may be empty and not the last one.
      } while (users.length === 0 && cookie !== undefined);
      if (cookie === undefined) return { users };
      tokens += 1;
      const next = String(tokens);
      open.set(next, { session, cookie });
      const [oldest] = open.keys();
      if (open.size > maxOpenLists && oldest !== undefined) open.delete(oldest);
      return { users, next };
    }, signal);
  }

  return {
    list: (request: PageRequest, signal: AbortSignal) => page("", request, signal),
    search: async (text: string, request: PageRequest, signal: AbortSignal): Promise<Page> =>
      text === "" || isNameable(text) ? page(text, request, signal) : { users: [] },
  };
}

async function pageFilter(view: LdapUsersView, text: string) {
  const users = await parseFilter(view);
  if (text === "") return users;
  const { AndFilter, OrFilter, SubstringFilter } = await import("ldapts");
  const names = (["username", "email", "phone"] as const).flatMap((by) => view.lookups.get(by) ?? []);
  const any = [...new Set(names)].map((attribute) => new SubstringFilter({ attribute, any: [text] }));
  return new AndFilter({ filters: [users, new OrFilter({ filters: any })] });
}

async function parseFilter({ name, filter }: LdapUsersView) {
  const { FilterParser } = await import("ldapts");
  try {
    return FilterParser.parseString(filter);
  } catch (cause) {
    throw new MigrationError("CONFIG_INVALID", `${name}: \`filter\` is no LDAP filter (RFC 4515)`, { cause });
  }
}
