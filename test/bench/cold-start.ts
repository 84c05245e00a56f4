import { handWrittenEntry, samekeyEntry } from "./bundle.ts";
import { coldRatio, takeColdRounds } from "./cold-rounds.ts";
import { median } from "./median.ts";
import { type Cost, costs } from "./people.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";
import { postgres } from "./sources/postgres/server.ts";
import { openStage, type Stage } from "./stage.ts";

/** What is measured. */
export const coldEntries = {
  samekey: samekeyEntry,
  "hand-written": handWrittenEntry("postgres"),
  "bare-put": { file: "test/bench/bare-put.ts" },
} as const;
type Entry = keyof typeof coldEntries;
const names = Object.keys(coldEntries) as readonly Entry[];

const usualRounds = 25;
/** The most that a cold start may cost of a hand-written one. */
export const coldTarget = 1.05;

/** CPU of a whole process: start, load and first event, of the function and of handlers that are written by hand. */
export async function benchColdStart({ rounds = usualRounds }: BenchOptions = {}): Promise<BenchResult> {
  const stage = await openStage(postgres, coldEntries, names.length * (rounds + 1));
  try {
    const tables: BenchTable[] = [];
    for (const cost of costs) tables.push(await measure(stage, cost, rounds));
    return {
      name: "cold-start",
      how: `CPU (user + system) of a fresh process from its start to the end of its first sign-in; medians of ${rounds} interleaved rounds, ratios pair by pair`,
      setting: stage.setting,
      tables,
    };
  } finally {
    await stage.stop();
  }
}

async function measure(stage: Stage, cost: Cost, rounds: number): Promise<BenchTable> {
  const runs = await takeColdRounds(stage, names, cost, rounds);
  const cpuMs = (name: Entry) => median(runs[name].map((run) => run.cpuMs));
  const cheapest = cost === 4;
  return {
    title: cheapest
      ? "bcrypt cost 4, which hides nothing behind the hash"
      : `bcrypt cost ${cost}, as stored in practice`,
    columns: ["CPU ms", "wall ms", "RSS MB"],
    rows: names.map((name) => ({
      name,
      values: [cpuMs(name), median(runs[name].map((run) => run.wallMs)), median(runs[name].map((run) => run.rssMb))],
    })),
    ratios: [
      { name: "samekey / hand-written", value: coldRatio(runs.samekey, runs["hand-written"]), target: coldTarget },
      { name: "samekey / bare-put", value: coldRatio(runs.samekey, runs["bare-put"]) },
    ],
  };
}
