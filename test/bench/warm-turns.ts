import { fork } from "node:child_process";
import { localRegion } from "../../lib/local/account.ts";
import { environmentVariables } from "../../lib/local/lambda/function-definition.ts";
import { median } from "./median.ts";
import type { Cost } from "./people.ts";
import type { Stage } from "./stage.ts";
import type { Sample, WarmSamples } from "./warm-process.ts";

/** The most that a warm sign-in may cost of its parts. */
export const warmTarget = 1.1;
// A hash of cost 10 takes 70 ms, so a run of it has fewer rounds.
export const warmRounds: Readonly<Record<Cost, number>> = { 4: 400, 10: 100 };
export const warmUpRounds: Readonly<Record<Cost, number>> = { 4: 200, 10: 50 };

/** How many people of each cost the rounds take. */
export function warmPeople(rounds: number | undefined, costs: readonly Cost[]): number {
  return 2 * Math.max(...costs.map((cost) => (rounds ?? warmRounds[cost]) + warmUpRounds[cost]));
}

/** Medians in milliseconds. */
export interface WarmFigures {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface WarmPair {
  readonly samekey: WarmFigures;
  readonly parts: WarmFigures;
  /** The median of the rounds' own ratios in wall time: the two of a round meet the same neighbours on the machine. */
  readonly ratio: number;
}

/** Runs the bundle `warm` of the stage. */
export async function measureWarm(stage: Stage, cost: Cost, rounds: number): Promise<WarmPair> {
  const file = stage.bundles.warm?.file ?? "";
  const definition = { file, memoryMb: 1769, timeoutMs: 6000, environment: stage.environment };
  const child = fork(file, [cost, rounds, warmUpRounds[cost]].map(String), {
    env: { ...environmentVariables("bench", definition, localRegion, "127.0.0.1:0") },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const { samekey, parts } = await new Promise<WarmSamples>((resolve, reject) => {
    child.once("message", (samples: WarmSamples) => resolve(samples));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the measured process ended without a result (exit code ${code})`)));
  });
  const ratios = samekey.map(({ wallMs }, round) => wallMs / (parts[round]?.wallMs ?? Number.NaN));
  return { samekey: figuresOf(samekey), parts: figuresOf(parts), ratio: median(ratios) };
}

function figuresOf(samples: readonly Sample[]): WarmFigures {
  return {
    wallMs: median(samples.map(({ wallMs }) => wallMs)),
    cpuMs: median(samples.map(({ cpuMs }) => cpuMs)),
  };
}
