import type { ShadowEntry, ShadowLog } from "../../lib/core/ports.ts";

/** A shadow log in memory: what was written down, in order. */
export function aShadowLog(): { readonly shadowLog: ShadowLog; readonly entries: ShadowEntry[] } {
  const entries: ShadowEntry[] = [];
  return {
    entries,
    shadowLog: {
      async record(entry) {
        entries.push(entry);
      },
    },
  };
}
