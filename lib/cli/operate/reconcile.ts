import { reconcile, type Settled } from "../../core/reconcile.ts";
import { openOpenRows } from "../../ledger/open-rows.ts";
import { aligned, good } from "../paint.ts";
import { type Command, exits, fail, noPool, operate, placeHelp, say } from "./setting.ts";

const dayMs = 86_400_000;
const limitMs = 6 * 3_600_000;

const words: Readonly<Record<Settled, string>> = {
  migrated: "were in the pool, and are migrated now",
  stranded: "had begun a reset and never finished it: back in their former state",
  "not-placed": "were in an import that never placed them: back in the vault",
  disabled: "are blocked and were enabled in the pool: disabled",
  "erased-again": "were erased, and were there again: erased again",
  left: "were looked at and left as they are",
};

const command: Command = {
  help: `Settles what did not end by itself, by looking at the pool: proofs that were lost, resets that nobody finished, imports that
were ended, blocked users who are enabled, erased users whom a sign-in of that moment made again. The function reconcile
does the same every hour.

  npm run samekey -- reconcile [options]

  --days N                how far back it looks, 1 to 3650 (default: 7)
${placeHelp}

Exit code: 0 done, 1 something could not be reached, so run it again, 2 wrong arguments.
`,
  words: ["days"],
  user: false,
  async run(setting, { days, json }) {
    const { accounts, place, erase, signal } = setting;
    if (!/^[0-9]{1,4}$/.test(days) || Number(days) < 1 || Number(days) > 3650) {
      return fail(`--days: ${days}, allowed are 1 to 3650.`, exits.arguments);
    }
    if (accounts === undefined) return fail(noPool, exits.arguments);
    const counts = new Map<Settled, number>();
    const services = { ...setting, accounts, erase, open: openOpenRows(place) };
    for await (const { settled } of reconcile(services, Number(days) * dayMs, signal)) {
      counts.set(settled, (counts.get(settled) ?? 0) + 1);
    }
    const rows = [...counts].map(([settled, count]) => [String(count), words[settled]] as const);
    say(json, Object.fromEntries(counts), rows.length === 0 ? `${good("✓")} Nothing is open.` : aligned(rows));
    return exits.done;
  },
};

export const runReconcile = (args: readonly string[]) => operate(command, args, limitMs);
