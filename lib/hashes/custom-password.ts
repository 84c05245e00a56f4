// The adopter's own check: a function for passwords that no family here covers, used for rows that name it, and as
// the only or last entry of `passwords` for what no other entry claims.

import { passwordFunction } from "../core/password-function.ts";
import type { HashFormat } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";
import type { StoredPassword } from "../core/user.ts";

export interface CustomPasswordSettings {
  /** What rows call it in `format`: lower-case letters, digits and hyphens. */
  readonly name: string;
  /**
   * Whether the password is the one that is stored. It shall compare in constant time and give its remote calls the
   * signal, which aborts at the time limit and at the event's deadline. Work that blocks the thread cannot be cut.
   */
  readonly verify: (password: string, stored: StoredPassword, signal: AbortSignal) => boolean | Promise<boolean>;
  /** What is stored for a new password: the string, or the string and what stands beside it. The own store needs it. */
  readonly hash?: (password: string, signal: AbortSignal) => HashAnswer | Promise<HashAnswer>;
  /** How long either may take, milliseconds, 50 to 30,000; default 2,000, which leaves Cognito's 5 s room for the rest. */
  readonly timeLimitMs?: number;
}

export type HashAnswer = string | Pick<StoredPassword, "encoded" | "salt" | "params">;

/**
 * Makes a format of the adopter's functions. They throw MigrationError PASSWORD_FUNCTION_FAILED when they throw or take
 * too long, CONFIG_INVALID when verify returns anything but true or false, or hash anything but a stored password.
 */
export function customPassword({ name, verify, hash, timeLimitMs }: CustomPasswordSettings): HashFormat {
  return passwordFunction({
    name,
    timeLimitMs,
    verify: async (password, stored, signal) => verify(password.revealText(), stored, signal),
    ...(hash === undefined ? {} : { hash: async (password, signal) => hash(password.revealText(), signal) }),
    faults: [...functionFaults("verify", verify), ...(hash === undefined ? [] : functionFaults("hash", hash))],
  });
}

function functionFaults(path: string, value: unknown): readonly SettingFault[] {
  if (typeof value === "function") return [];
  return [{ path, message: `${typeof value}, needed is a function of the password` }];
}
