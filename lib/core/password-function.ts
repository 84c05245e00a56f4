import { inspect } from "node:util";
import { untilAborted } from "./deadline.ts";
import { MigrationError } from "./errors.ts";
import { maxEncodedLength, readBound } from "./hash-bounds.ts";
import type { HashFormat } from "./ports.ts";
import type { Secret } from "./secret.ts";
import { type SettingFault, withSettingFaults } from "./setting-faults.ts";
import type { StoredPassword } from "./user.ts";

/** A check that is not ours: the adopter's function, here or elsewhere. What it answers is checked before it is believed. */
export interface PasswordFunction {
  /** What rows call it in `format`. */
  readonly name: string;
  readonly verify: (password: Secret, stored: StoredPassword, signal: AbortSignal) => Promise<unknown>;
  readonly hash?: (password: Secret, signal: AbortSignal) => Promise<unknown>;
  /** How long either may take, milliseconds, 50 to 30,000; default 2,000, which leaves Cognito's 5 s room for the rest. */
  readonly timeLimitMs?: number | undefined;
  readonly faults?: readonly SettingFault[];
}

const timeLimitBound = { usual: 2000, min: 50, max: 30_000 };

/**
 * Makes a format of it. verify and hash throw MigrationError PASSWORD_FUNCTION_FAILED when the function throws or takes
 * too long, CONFIG_INVALID when it answers anything but what is documented.
 */
export function passwordFunction({ name, verify, hash, timeLimitMs, faults = [] }: PasswordFunction): HashFormat {
  const limit = readBound("timeLimitMs", timeLimitMs, timeLimitBound);
  const format: HashFormat = {
    name,
    takesTheRest: true,
    recognizes: (stored) => stored.format === name,
    // What it costs is not known before; the time limit and the signal bound it instead.
    parse: (stored) => ({
      costMs: 0,
      memoryBytes: 0,
      verify: async (password, signal) => {
        const told = [password.revealText(), stored.encoded];
        const answer = await limited(name, "verify", limit.value, signal, told, (either) =>
          verify(password, stored, either),
        );
        if (typeof answer === "boolean") return answer ? "match" : "mismatch";
        throw undocumented(name, "verify", answer, "true and false");
      },
    }),
    ...(hash === undefined
      ? {}
      : {
          hash: async (password: Secret) => {
            const never = new AbortController().signal;
            const answer = await limited(name, "hash", limit.value, never, [password.revealText()], (either) =>
              hash(password, either),
            );
            return readStored(name, answer);
          },
        }),
  };
  return withSettingFaults(format, [...nameFaults(name), ...faults, ...limit.faults]);
}

async function limited(
  name: string,
  what: "verify" | "hash",
  timeLimitMs: number,
  signal: AbortSignal,
  secrets: readonly string[],
  ask: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const tooLate = new MigrationError(
    "PASSWORD_FUNCTION_FAILED",
    `${name}: ${what} gave no answer within ${timeLimitMs} ms`,
  );
  const timer = setTimeout(() => limit.abort(tooLate), timeLimitMs);
  const either = AbortSignal.any([signal, limit.signal]);
  return untilAborted(Promise.try(ask, either), either)
    .catch((error: unknown) => {
      if (either.aborted) throw either.reason;
      if (error instanceof MigrationError) throw error;
      throw new MigrationError("PASSWORD_FUNCTION_FAILED", `${name}: ${what} threw`, causeWithout(error, secrets));
    })
    .finally(() => clearTimeout(timer));
}

/** A text, or a whole stored password. It always names its format: what it looks like belongs to nobody else. */
function readStored(name: string, answer: unknown): StoredPassword {
  const stored = typeof answer === "string" ? { encoded: answer } : answer;
  if (typeof stored === "object" && stored !== null && !Array.isArray(stored)) {
    const { encoded, salt, params } = stored as Partial<StoredPassword>;
    const usable = typeof encoded === "string" && encoded !== "" && encoded.length <= maxEncodedLength;
    if (usable && (salt === undefined || typeof salt === "string")) {
      return {
        format: name,
        encoded,
        ...(salt === undefined ? {} : { salt }),
        ...(params === undefined ? {} : { params }),
      };
    }
  }
  throw undocumented(
    name,
    "hash",
    answer,
    `a text of 1 to ${maxEncodedLength} characters and { encoded, salt, params }`,
  );
}

function undocumented(name: string, what: string, answer: unknown, allowed: string): MigrationError {
  return new MigrationError("CONFIG_INVALID", `${name}: ${what} returned ${typeof answer}, allowed are ${allowed}`);
}

function nameFaults(name: unknown): readonly SettingFault[] {
  if (typeof name === "string" && /^[a-z][a-z0-9-]{0,63}$/.test(name)) return [];
  return [
    { path: "name", message: "allowed are lower-case letters, digits and hyphens: what rows call it in `format`" },
  ];
}

/** The function's error as the cause, unless its text repeats the password or the hash: causes end up in logs. */
function causeWithout(error: unknown, secrets: readonly string[]): { readonly cause?: unknown } {
  const text = inspect(error, { depth: 8, maxStringLength: null });
  return secrets.some((secret) => secret !== "" && text.includes(secret)) ? {} : { cause: error };
}
