// What an adopter's own service is asked, over HTTPS or as a Lambda function: docs/sources/http.md.

import type { LegacySource, Lookup, PageRequest } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";
import { askedText } from "./askable.ts";
import {
  readAuthenticated,
  readFound,
  readMarked,
  readPage,
  readRemoved,
  readVerdict,
  readWritten,
  undocumented,
} from "./service-answers.ts";

export const serviceActions = [
  "find",
  "authenticate",
  "search",
  "list",
  "create",
  "update",
  "remove",
  "mark",
  "validatePassword",
] as const;
export type ServiceAction = (typeof serviceActions)[number];

/** What the service can do, whichever way it is reached. */
export interface ServiceAbilities {
  /** What the service can look a user up by. */
  readonly lookups: readonly Lookup["by"][];
  /** The actions that the service answers; `find` or `authenticate` at least. The others are absent: "cannot". */
  readonly actions: readonly ServiceAction[];
}

export interface ServiceMessage {
  readonly action: ServiceAction;
  readonly [member: string]: unknown;
}

/** Sends the message and gives the answer's JSON value; `limitBytes` bounds the answer. */
export type AskService = (message: ServiceMessage, limitBytes: number, signal: AbortSignal) => Promise<unknown>;

// A user is about 1 kB; a page has at most 1,000 of them.
const limitBytes = { one: 256 * 1024, page: 5 * 1024 * 1024 };

/** A legacy store behind the adopter's own service. */
export function serviceSource(
  name: string,
  { lookups, actions }: ServiceAbilities,
  ask: AskService,
  close: () => Promise<void>,
): LegacySource {
  const askOne = (message: ServiceMessage, signal: AbortSignal) => ask(message, limitBytes.one, signal);
  const asked = (action: ServiceAction) => ({ name, action });

  const page = async (
    action: "list" | "search",
    members: object,
    { size, after }: PageRequest,
    signal: AbortSignal,
  ) => {
    const from = after === undefined ? {} : { after };
    return readPage(await ask({ action, ...members, size, ...from }, limitBytes.page, signal), size, asked(action));
  };

  const all: Required<Pick<LegacySource, ServiceAction>> = {
    async find(by, signal) {
      signal.throwIfAborted();
      if (askedText(by) === undefined) return undefined;
      return readFound(await askOne({ action: "find", ...by }, signal), asked("find"));
    },
    async authenticate(by, password, signal) {
      signal.throwIfAborted();
      if (password.byteLength === 0) return { kind: "denied", reason: "wrong-password" };
      if (askedText(by) === undefined) return { kind: "denied", reason: "unknown-user" };
      const message = { action: "authenticate", ...by, password: password.revealText() } as const;
      return readAuthenticated(await askOne(message, signal), asked("authenticate"));
    },
    async validatePassword(id, password, signal) {
      signal.throwIfAborted();
      if (password.byteLength === 0) return "mismatch";
      const message = { action: "validatePassword", id, password: password.revealText() } as const;
      return readVerdict(await askOne(message, signal), asked("validatePassword"));
    },
    search: (text, request, signal) => page("search", { text }, request, signal),
    list: (request, signal) => page("list", {}, request, signal),
    async create(user, signal) {
      const message = { action: "create", user: { ...user, ...passwordMember(user.password) } } as const;
      const created = readWritten(await askOne(message, signal), asked("create"));
      if (created === undefined) throw undocumented(asked("create"), "no `user`");
      return created;
    },
    async update(id, changes, signal) {
      const message = { action: "update", id, changes: { ...changes, ...passwordMember(changes.password) } } as const;
      return readWritten(await askOne(message, signal), asked("update"));
    },
    async remove(id, signal) {
      return readRemoved(await askOne({ action: "remove", id }, signal), asked("remove"));
    },
    async mark(id, at, signal) {
      return readMarked(await askOne({ action: "mark", id, at: at.toISOString() }, signal), asked("mark"));
    },
  };

  const offered = new Set<string>(Array.isArray(actions) ? actions : []);
  const able: Partial<typeof all> = Object.fromEntries(Object.entries(all).filter(([action]) => offered.has(action)));
  return { name, lookups: Array.isArray(lookups) ? lookups : [], ...able, close };
}

/** What is wrong with `lookups` and `actions`. */
export function abilityFaults({ lookups, actions }: ServiceAbilities): readonly SettingFault[] {
  const kinds = ["email", "phone", "username", "id"] satisfies readonly Lookup["by"][];
  const faults = [...listFaults("lookups", lookups, kinds), ...listFaults("actions", actions, serviceActions)];
  if (Array.isArray(actions) && !actions.includes("find") && !actions.includes("authenticate")) {
    faults.push({ path: "actions", message: "has neither find nor authenticate; one of them has to be there" });
  }
  return faults;
}

function listFaults(path: string, value: unknown, allowed: readonly string[]): SettingFault[] {
  const right = Array.isArray(value) && value.length > 0 && value.every((one) => allowed.includes(one));
  return right ? [] : [{ path, message: `has to be a list of ${allowed.join(", ")}` }];
}

function passwordMember(password: Secret | StoredPassword | undefined) {
  if (password === undefined) return {};
  return { password: password instanceof Secret ? { text: password.revealText() } : { stored: password } };
}
