// One string, several ways to read it: the user's password may be right under any of them.

import type { ParsedHash } from "../core/ports.ts";

/** Matches when one of the readings matches. The time of all is spent, so that it does not tell which one it was. */
export function eitherHash(readings: readonly ParsedHash[]): ParsedHash {
  return {
    costMs: readings.reduce((sum, reading) => sum + reading.costMs, 0),
    memoryBytes: Math.max(0, ...readings.map((reading) => reading.memoryBytes)),
    verify: async (password, signal) => {
      let verdict: "match" | "mismatch" = "mismatch";
      for (const reading of readings) {
        if ((await reading.verify(password, signal)) === "match") verdict = "match";
      }
      return verdict;
    },
  };
}
