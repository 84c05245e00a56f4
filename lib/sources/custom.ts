import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { MappedUser } from "../core/legacy-record.ts";
import type { LegacySource, Lookup, NewUser, PageRequest, UserChanges } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import { type CustomAnswer, readAnswer, readPage, readTruth, readUser } from "../protocols/custom-answers.ts";

export type { CustomAnswer, CustomDenial } from "../protocols/custom-answers.ts";

/** One page of users, and where the next one begins; without `next` it is the last. */
export interface CustomPage {
  readonly users: readonly MappedUser[];
  readonly next?: string;
}

type Maybe<T> = Promise<T> | T;

/** The adopter's own code as a legacy store: `find`, `authenticate`, or both; the rest at will. */
export interface CustomSettings {
  /** Default "custom". */
  readonly name?: string;
  /** What the functions can look a user up by. */
  readonly lookups: readonly Lookup["by"][];
  /** Answers the user, or undefined for one that is not there. Throws when it cannot tell. */
  readonly find?: (by: Lookup, signal: AbortSignal) => Maybe<MappedUser | undefined>;
  /** Checks the password itself. Throws when it cannot tell. */
  readonly authenticate?: (by: Lookup, password: string, signal: AbortSignal) => Maybe<CustomAnswer>;
  /**
   * Notes that a user has moved, and changes nothing more when it is called again for him. Answers whether there is such
   * a user. Throws when it cannot tell.
   */
  readonly mark?: (id: string, at: Date, signal: AbortSignal) => Maybe<boolean>;
  /** All users, in an order that does not change between pages. */
  readonly list?: (page: PageRequest, signal: AbortSignal) => Maybe<CustomPage>;
  /** Those whose name, e-mail or phone contains the text, as data and never as a pattern. */
  readonly search?: (text: string, page: PageRequest, signal: AbortSignal) => Maybe<CustomPage>;
  /** Answers the user as he stands then. Throws a MigrationError RECORD_TAKEN where an identifier is another user's. */
  readonly create?: (user: NewUser, signal: AbortSignal) => Maybe<MappedUser>;
  /** Changes what is given and nothing else; undefined for a user who is not there. */
  readonly update?: (id: string, changes: UserChanges, signal: AbortSignal) => Maybe<MappedUser | undefined>;
  /** Answers whether there was such a user. */
  readonly remove?: (id: string, signal: AbortSignal) => Maybe<boolean>;
  /** Whether it is the user's password: before a change of it. */
  readonly validatePassword?: (id: string, password: string, signal: AbortSignal) => Maybe<boolean>;
}

const known: ReadonlySet<string> = new Set([
  "find",
  "authenticate",
  "mark",
  "list",
  "search",
  "create",
  "update",
  "remove",
  "validatePassword",
] satisfies (keyof CustomSettings)[]);
const lookupKinds: readonly string[] = ["email", "phone", "username", "id"] satisfies Lookup["by"][];

/**
 * A legacy store behind the adopter's own functions. What they throw is a fault of the system, never "unknown" or
 * "wrong"; what they answer is checked before it is believed. They are waited for until the event's deadline and get
 * its signal to cut their own calls with.
 */
export function custom(settings: CustomSettings): LegacySource {
  const { name = "custom", lookups, find, authenticate } = settings;
  const { list, search, create, update, remove, mark, validatePassword } = settings;

  async function call<T>(what: string, signal: AbortSignal, run: () => Promise<T> | T): Promise<T> {
    signal.throwIfAborted();
    try {
      return await untilAborted(Promise.try(run), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MigrationError) throw error;
      throw new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${what} threw`, { cause: error });
    }
  }

  const source: LegacySource = {
    name,
    lookups: Array.isArray(lookups) ? lookups : [],
    ...(find === undefined
      ? {}
      : {
          find: async (by: Lookup, signal: AbortSignal) => {
            const user = await call("find", signal, () => find(by, signal));
            return user === undefined ? undefined : readUser(user, "find", name);
          },
        }),
    ...(authenticate === undefined
      ? {}
      : {
          authenticate: async (by: Lookup, password: Secret, signal: AbortSignal) =>
            readAnswer(await call("authenticate", signal, () => authenticate(by, password.revealText(), signal)), name),
        }),
    ...(mark === undefined
      ? {}
      : {
          mark: async (id: string, at: Date, signal: AbortSignal) =>
            readTruth(await call("mark", signal, () => mark(id, at, signal)), "mark", name),
        }),
    ...(list === undefined
      ? {}
      : {
          list: async (page: PageRequest, signal: AbortSignal) =>
            readPage(await call("list", signal, () => list(page, signal)), page, "list", name),
        }),
    ...(search === undefined
      ? {}
      : {
          search: async (text: string, page: PageRequest, signal: AbortSignal) =>
            readPage(await call("search", signal, () => search(text, page, signal)), page, "search", name),
        }),
    ...(create === undefined
      ? {}
      : {
          create: async (user: NewUser, signal: AbortSignal) =>
            readUser(await call("create", signal, () => create(user, signal)), "create", name),
        }),
    ...(update === undefined
      ? {}
      : {
          update: async (id: string, changes: UserChanges, signal: AbortSignal) => {
            const user = await call("update", signal, () => update(id, changes, signal));
            return user === undefined ? undefined : readUser(user, "update", name);
          },
        }),
    ...(remove === undefined
      ? {}
      : {
          remove: async (id: string, signal: AbortSignal) =>
            readTruth(await call("remove", signal, () => remove(id, signal)), "remove", name),
        }),
    ...(validatePassword === undefined
      ? {}
      : {
          validatePassword: async (id: string, password: Secret, signal: AbortSignal) => {
            const check = () => validatePassword(id, password.revealText(), signal);
            const right = readTruth(await call("validatePassword", signal, check), "validatePassword", name);
            return right ? ("match" as const) : ("mismatch" as const);
          },
        }),
  };
  return withSettingFaults(source, settingFaults(settings));
}

function settingFaults({ lookups, name: _, ...functions }: CustomSettings): readonly SettingFault[] {
  const { find, authenticate } = functions;
  const faults: SettingFault[] = [];
  if (find === undefined && authenticate === undefined) {
    faults.push({ path: "find", message: "missing, and so is `authenticate`; at least one of them has to be there" });
  }
  for (const [path, value] of Object.entries(functions)) {
    if (!known.has(path))
      faults.push({ path, message: `no such setting; there are name, lookups, ${[...known].join(", ")}` });
    else if (value !== undefined && typeof value !== "function") {
      faults.push({ path, message: `has to be a function, found a ${typeof value}` });
    }
  }
  const wrong = Array.isArray(lookups) ? lookups.filter((one) => !lookupKinds.includes(one)) : undefined;
  if (wrong === undefined || wrong.length > 0 || lookups.length === 0) {
    faults.push({
      path: "lookups",
      message: `has to be a list of ${lookupKinds.join(", ")}: what the functions look users up by`,
    });
  }
  return faults;
}
