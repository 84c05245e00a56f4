import { fork } from "node:child_process";
import { localRegion } from "../../lib/local/account.ts";
import { environmentVariables } from "../../lib/local/lambda/function-definition.ts";
import { median } from "./median.ts";
import { type Cost, costs } from "./people.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Sample, WarmSamples } from "./warm-process.ts";

const target = 1.1;
// A hash of cost 10 takes 70 ms, so a run of it has fewer rounds.
const usualRounds: Readonly<Record<Cost, number>> = { 4: 400, 10: 100 };
const warmUpRounds: Readonly<Record<Cost, number>> = { 4: 200, 10: 50 };

/** A warm sign-in against its parts (ledger read, legacy query, hash, ledger write) done bare. */
export async function benchWarm({ rounds }: BenchOptions = {}): Promise<BenchResult> {
  const of = (cost: Cost) => rounds ?? usualRounds[cost];
  const people = 2 * Math.max(...costs.map((cost) => of(cost) + warmUpRounds[cost]));
  const stage = await openStage({ warm: "test/bench/warm-process.ts" }, people);
  try {
    const tables: BenchTable[] = [];
    for (const cost of costs) tables.push(tableOf(cost, await measure(stage, cost, of(cost))));
    return {
      name: "warm",
      how: `one process after ${costs.map((cost) => warmUpRounds[cost]).join(" and ")} rounds of warm-up; medians of ${costs.map(of).join(" and ")} rounds in which the handler and the bare parts take turns, each time with a new user`,
      setting: stage.database,
      tables,
    };
  } finally {
    await stage.stop();
  }
}

function measure(stage: Stage, cost: Cost, rounds: number): Promise<WarmSamples> {
  const file = stage.files.warm ?? "";
  const definition = { file, memoryMb: 1769, timeoutMs: 6000, environment: stage.environment };
  const child = fork(file, [cost, rounds, warmUpRounds[cost]].map(String), {
    env: { ...environmentVariables("bench", definition, localRegion, "127.0.0.1:0") },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (samples: WarmSamples) => resolve(samples));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the measured process ended without a result (exit code ${code})`)));
  });
}

function tableOf(cost: Cost, { samekey, parts }: WarmSamples): BenchTable {
  const values = (samples: readonly Sample[]) => [
    median(samples.map(({ wallMs }) => wallMs)),
    median(samples.map(({ cpuMs }) => cpuMs)),
  ];
  const [wall = Number.NaN, cpu = Number.NaN] = values(samekey);
  const [partsWall = Number.NaN, partsCpu = Number.NaN] = values(parts);
  return {
    title:
      cost === 4 ? "bcrypt cost 4, which hides nothing behind the hash" : `bcrypt cost ${cost}, as stored in practice`,

    columns: ["wall ms", "CPU ms"],
    rows: [
      { name: "samekey", values: [wall, cpu] },
      { name: "sum of its parts", values: [partsWall, partsCpu] },
    ],
    ratios: [
      { name: "samekey / parts", value: wall / partsWall, target },
      { name: "samekey / parts, CPU", value: cpu / partsCpu },
    ],
  };
}
