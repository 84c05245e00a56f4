import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import { type MappedUser, parseLegacyUser } from "../core/legacy-record.ts";
import type { DeniedReason } from "../core/outcome.ts";
import type { LegacySource, Lookup } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { LegacyUser } from "../core/user.ts";

/** The adopter's own code as a legacy store: `find`, `authenticate`, or both; and `mark` at will. */
export interface CustomSettings {
  /** Default "custom". */
  readonly name?: string;
  /** What the functions can look a user up by. */
  readonly lookups: readonly Lookup["by"][];
  /** Answers the user, or undefined for one that is not there. Throws when it cannot tell. */
  readonly find?: (by: Lookup, signal: AbortSignal) => Promise<MappedUser | undefined> | MappedUser | undefined;
  /** Checks the password itself. Throws when it cannot tell. */
  readonly authenticate?: (by: Lookup, password: string, signal: AbortSignal) => Promise<CustomAnswer> | CustomAnswer;
  /**
   * Notes that a user has moved, and changes nothing more when it is called again for him. Answers whether there is such
   * a user. Throws when it cannot tell.
   */
  readonly mark?: (id: string, at: Date, signal: AbortSignal) => Promise<boolean> | boolean;
}

export type CustomAnswer =
  | { readonly kind: "match"; readonly user: MappedUser }
  | { readonly kind: "denied"; readonly reason: CustomDenial };

const denials = ["unknown-user", "wrong-password", "disabled", "expired", "must-change", "locked"] as const;
export type CustomDenial = (typeof denials)[number] & DeniedReason;

const lookupKinds: readonly string[] = ["email", "phone", "username", "id"] satisfies Lookup["by"][];

/**
 * A legacy store behind the adopter's own functions. What they throw is a fault of the system, never "unknown" or
 * "wrong"; what they answer is checked before it is believed. They are waited for until the event's deadline and get
 * its signal to cut their own calls with.
 */
export function custom(settings: CustomSettings): LegacySource {
  const { name = "custom", lookups, find, authenticate, mark } = settings;

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
            readMarked(await call("mark", signal, () => mark(id, at, signal)), name),
        }),
  };
  return withSettingFaults(source, settingFaults(settings));
}

// Null, a list or a text is no user's record but a fault of the function: every user would meet it.
function readUser(user: unknown, what: string, name: string): LegacyUser {
  if (typeof user === "object" && user !== null && !Array.isArray(user)) return parseLegacyUser(user, name);
  const found = user == null ? String(user) : Array.isArray(user) ? "a list" : `a ${typeof user}`;
  const none = what === "find" ? ", allowed are one and undefined" : ", allowed is one";
  throw new MigrationError("CONFIG_INVALID", `${name}: ${what} answered ${found} for a user object${none}`);
}

// Only the two documented shapes are believed: a truthy text or an object of another shape lets nobody in.
function readAnswer(answer: unknown, name: string): Awaited<ReturnType<NonNullable<LegacySource["authenticate"]>>> {
  if (typeof answer === "object" && answer !== null) {
    const { kind, user, reason } = answer as { kind?: unknown; user?: unknown; reason?: unknown };
    if (kind === "match") return { kind, user: readUser(user, "authenticate", name) };
    const denial = denials.find((one) => one === reason);
    if (kind === "denied" && denial !== undefined) return { kind, reason: denial };
  }
  throw new MigrationError(
    "CONFIG_INVALID",
    `${name}: authenticate answered neither { kind: "match", user } nor { kind: "denied", reason } with one of ${denials.join(", ")}`,
  );
}

// Undefined is a function without a `return`, and nobody knows whether it has found the user.
function readMarked(answer: unknown, name: string): boolean {
  if (typeof answer === "boolean") return answer;
  throw new MigrationError("CONFIG_INVALID", `${name}: mark answered a ${typeof answer}, allowed are true and false`);
}

function settingFaults({ lookups, find, authenticate, mark }: CustomSettings): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  if (find === undefined && authenticate === undefined) {
    faults.push({ path: "find", message: "missing, and so is `authenticate`; at least one of them has to be there" });
  }
  for (const [path, value] of Object.entries({ find, authenticate, mark })) {
    if (value !== undefined && typeof value !== "function") {
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
