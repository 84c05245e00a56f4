import { availableParallelism } from "node:os";
import type { Tally } from "../../core/import-tally.ts";
import type { HashFormat } from "../../core/ports.ts";

// A new on-demand table takes 4,000 writes a second, and grows with what it is asked for:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
const writesPerSecond = 4000;
// The row, two or three pointers, a counter, the history and the vault's item, of which a transaction takes two each.
const writesPerUser = 14;

/** How long an import takes at the limits of those whom it writes to. */
export interface Estimate {
  readonly seconds: number;
  /** What each part takes, slowest first. */
  readonly parts: readonly { readonly what: string; readonly seconds: number }[];
}

/** @param perSecond Users that are made in the pool in a second. */
export function estimate(tally: Tally, perSecond: number, passwords: readonly HashFormat[]): Estimate {
  const { placed, hashed } = tally.work;
  const written = tally.create + tally.update;
  const maker = passwords.find(({ hash, decoy }) => hash !== undefined && decoy !== undefined);
  const hashMs = maker?.decoy === undefined ? 0 : maker.parse(maker.decoy).costMs;
  const parts = [
    { what: `${told(placed)} users made in the pool, ${perSecond} a second`, seconds: placed / perSecond },
    {
      what: `${told(written)} users written to the ledger, as a new table takes them`,
      seconds: (written * writesPerUser) / writesPerSecond,
    },
    {
      what: `${told(hashed)} passwords hashed on this machine`,
      seconds: (hashed * hashMs) / 1000 / availableParallelism(),
    },
  ].filter(({ seconds }) => seconds > 0);
  // They are at work at one time.
  const slowest = parts.toSorted((a, b) => b.seconds - a.seconds);
  return { seconds: slowest[0]?.seconds ?? 0, parts: slowest };
}

function told(count: number): string {
  return count.toLocaleString("en-US");
}
