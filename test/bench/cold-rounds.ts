import { type ColdRun, runCold } from "./cold-process.ts";
import { median } from "./median.ts";
import { type Cost, emailOf, letIn, signInEvent } from "./people.ts";
import type { Stage } from "./stage.ts";

/**
 * Cold starts of several bundles of a stage, in turns, each with a user of its own.
 * @param firstPerson The number of the first one.
 */
export async function takeColdRounds<Name extends string>(
  stage: Stage,
  names: readonly Name[],
  cost: Cost,
  rounds: number,
  firstPerson = 1,
): Promise<Readonly<Record<Name, readonly ColdRun[]>>> {
  const runs = Object.fromEntries(names.map((name): [Name, ColdRun[]] => [name, []])) as Record<Name, ColdRun[]>;
  let person = firstPerson;
  // Round 0 reads the files into the system's cache and is not counted.
  for (let round = 0; round <= rounds; round++) {
    // Each in turn is the first of a round: what a process finds of the machine depends on the one before it.
    for (const name of rotated(names, round)) {
      const email = emailOf(person, cost);
      person += 1;
      const run = await runCold(stage.bundles[name]?.file ?? "", stage.environment, signInEvent(email));
      if (!letIn(run.answer, email)) throw new Error(`${name} did not let ${email} in`);
      if (round > 0) runs[name].push(run);
    }
  }
  return runs;
}

function rotated<Name>(names: readonly Name[], round: number): readonly Name[] {
  const first = round % names.length;
  return [...names.slice(first), ...names.slice(0, first)];
}

/** The median of the pairs' own ratios: on a shared machine the two of a pair meet the same neighbours. */
export function coldRatio(ours: readonly ColdRun[], theirs: readonly ColdRun[]): number {
  return median(ours.map((run, round) => run.cpuMs / (theirs[round]?.cpuMs ?? Number.NaN)));
}
