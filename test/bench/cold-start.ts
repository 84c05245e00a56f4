import { type ColdRun, runCold } from "./cold-process.ts";
import { median } from "./median.ts";
import { type Cost, costs, emailOf, letIn, signInEvent } from "./people.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";
import { openStage, type Stage } from "./stage.ts";

/** What is measured, by the file that is bundled. */
export const coldEntries = {
  samekey: "functions/user-migration.ts",
  "hand-written": "test/bench/hand-written.ts",
  "bare-put": "test/bench/bare-put.ts",
} as const;
type Entry = keyof typeof coldEntries;
const names = Object.keys(coldEntries) as readonly Entry[];

const usualRounds = 25;
/** The most that a cold start may cost of a hand-written one. */
export const coldTarget = 1.05;

/** CPU of a whole process: start, load and first event, of the function and of handlers that are written by hand. */
export async function benchColdStart({ rounds = usualRounds }: BenchOptions = {}): Promise<BenchResult> {
  const stage = await openStage(coldEntries, names.length * (rounds + 1));
  try {
    const tables: BenchTable[] = [];
    for (const cost of costs) tables.push(await measure(stage, cost, rounds));
    return {
      name: "cold-start",
      how: `CPU (user + system) of a fresh process from its start to the end of its first sign-in; medians of ${rounds} interleaved rounds, ratios pair by pair`,
      setting: stage.database,
      tables,
    };
  } finally {
    await stage.stop();
  }
}

async function measure(stage: Stage, cost: Cost, rounds: number): Promise<BenchTable> {
  const runs: Record<Entry, ColdRun[]> = { samekey: [], "hand-written": [], "bare-put": [] };
  let person = 0;
  // Round 0 reads the files into the system's cache and is not counted.
  for (let round = 0; round <= rounds; round++) {
    // Each in turn is the first of a round: what a process finds of the machine depends on the one before it.
    for (const name of rotated(round)) {
      person += 1;
      const email = emailOf(person, cost);
      const run = await runCold(stage.files[name] ?? "", stage.environment, signInEvent(email));
      if (!letIn(run.answer, email)) throw new Error(`${name} did not let ${email} in`);
      if (round > 0) runs[name].push(run);
    }
  }
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
      { name: "samekey / hand-written", value: ratio(runs.samekey, runs["hand-written"]), target: coldTarget },
      { name: "samekey / bare-put", value: ratio(runs.samekey, runs["bare-put"]) },
    ],
  };
}

function rotated(round: number): readonly Entry[] {
  const first = round % names.length;
  return [...names.slice(first), ...names.slice(0, first)];
}

/** The median of the pairs' own ratios: on a shared machine the two of a pair meet the same neighbours. */
function ratio(ours: readonly ColdRun[], theirs: readonly ColdRun[]): number {
  return median(ours.map((run, round) => run.cpuMs / (theirs[round]?.cpuMs ?? Number.NaN)));
}
