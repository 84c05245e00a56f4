// The adopter's own check: a function for passwords that no family here covers, used for rows that name it, and as
// the only or last entry of `passwords` for what no other entry claims.

import { inspect } from "node:util";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import { readBound } from "../core/hash-bounds.ts";
import type { Verdict } from "../core/outcome.ts";
import type { HashFormat } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface CustomPasswordSettings {
  /** What rows call it in `format`: lower-case letters, digits and hyphens. */
  readonly name: string;
  /**
   * Whether the password is the one that is stored. It shall compare in constant time and give its remote calls the
   * signal, which aborts at the time limit and at the event's deadline. Work that blocks the thread cannot be cut.
   */
  readonly verify: (password: string, stored: StoredPassword, signal: AbortSignal) => boolean | Promise<boolean>;
  /** How long it may take, milliseconds, 50 to 30,000; default 2,000, which leaves Cognito's 5 s room for the rest. */
  readonly timeLimitMs?: number;
}

const timeLimitBound = { usual: 2000, min: 50, max: 30_000 };

/**
 * Makes a format of the adopter's function. Its verify throws MigrationError PASSWORD_FUNCTION_FAILED when the function
 * throws or takes too long, CONFIG_INVALID when it returns anything but true or false.
 */
export function customPassword(settings: CustomPasswordSettings): HashFormat {
  const { name, verify } = settings;
  const timeLimit = readBound("timeLimitMs", settings.timeLimitMs, timeLimitBound);
  const format: HashFormat = {
    name,
    takesTheRest: true,
    recognizes: (stored) => stored.format === name,
    // What it costs is not known before; the time limit and the signal bound it instead.
    parse: (stored) => ({
      costMs: 0,
      memoryBytes: 0,
      verify: (password, signal) => check(name, verify, stored, password, timeLimit.value, signal),
    }),
  };
  return withSettingFaults(format, [...nameFaults(name), ...verifyFaults(verify), ...timeLimit.faults]);
}

function nameFaults(name: unknown): readonly SettingFault[] {
  if (typeof name === "string" && /^[a-z][a-z0-9-]{0,63}$/.test(name)) return [];
  return [
    { path: "name", message: "allowed are lower-case letters, digits and hyphens: what rows call it in `format`" },
  ];
}

function verifyFaults(verify: unknown): readonly SettingFault[] {
  if (typeof verify === "function") return [];
  return [{ path: "verify", message: `${typeof verify}, needed is a function of password and stored password` }];
}

async function check(
  name: string,
  verify: CustomPasswordSettings["verify"],
  stored: StoredPassword,
  password: Secret,
  timeLimitMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const tooLate = new MigrationError("PASSWORD_FUNCTION_FAILED", `${name}: no answer within ${timeLimitMs} ms`);
  const timer = setTimeout(() => limit.abort(tooLate), timeLimitMs);
  const either = AbortSignal.any([signal, limit.signal]);
  const ask = async (): Promise<unknown> => verify(password.revealText(), stored, either);
  const answer = await untilAborted(ask(), either)
    .catch((error: unknown) => {
      if (either.aborted) throw either.reason;
      const cause = causeWithout(error, password, stored);
      throw new MigrationError("PASSWORD_FUNCTION_FAILED", `${name}: verify threw`, cause);
    })
    .finally(() => clearTimeout(timer));
  if (typeof answer === "boolean") return answer ? "match" : "mismatch";
  throw new MigrationError("CONFIG_INVALID", `${name}: verify returned ${typeof answer}, allowed are true and false`);
}

/** The function's error as the cause, unless its text repeats the password or the hash: causes end up in logs. */
function causeWithout(error: unknown, password: Secret, stored: StoredPassword): { readonly cause?: unknown } {
  const text = inspect(error, { depth: 8, maxStringLength: null });
  const told = [password.revealText(), stored.encoded].some((secret) => secret !== "" && text.includes(secret));
  return told ? {} : { cause: error };
}
