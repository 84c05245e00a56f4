import { packageOf } from "../support/bundle-parts.ts";
import type { BenchSource } from "./bench-source.ts";
import type { BenchBundle } from "./bundle.ts";
import type { ColdRun } from "./cold-process.ts";
import { coldRatio, takeColdRounds } from "./cold-rounds.ts";
import { median } from "./median.ts";
import type { BenchTable } from "./result.ts";
import type { Stage } from "./stage.ts";

/** What a source adds to a cold start. Bytes are those of the minified bundle. */
export interface ColdSource {
  readonly name: string;
  readonly bytes: number;
  /** Packages that a config without a driver does not have: the driver, what it stands on, and AWS's client for secrets. */
  readonly packageBytes: number;
  /** Samekey's own files that such a config does not have. */
  readonly ownBytes: number;
  readonly cpuMs: number;
  readonly growthMs: number;
  readonly byHandMs: number;
  readonly ratio: number;
}

/** @throws Error when the bundle has the driver of another source. */
export async function measureColdSource(
  source: BenchSource,
  stage: Stage,
  rounds: number,
  firstPerson: number,
  drivers: readonly string[],
): Promise<ColdSource> {
  const [bundle, base] = [stage.bundles.samekey, stage.bundles["no driver"]];
  if (bundle === undefined || base === undefined) throw new Error(`${source.name} was not bundled`);
  refuseOthers(source, bundle, drivers);
  const runs = await takeColdRounds(stage, ["samekey", "by hand", "no driver"], 4, rounds, firstPerson);
  const cpuMs = (some: readonly ColdRun[]) => median(some.map((run) => run.cpuMs));
  const growth = runs.samekey.map((run, round) => run.cpuMs - (runs["no driver"][round]?.cpuMs ?? Number.NaN));
  const packages = (one: BenchBundle) => bytesOf(one, (path) => packageOf(path) !== undefined);
  const packageBytes = packages(bundle) - packages(base);
  return {
    name: source.name,
    bytes: bundle.bytes,
    packageBytes,
    ownBytes: bundle.bytes - base.bytes - packageBytes,
    cpuMs: cpuMs(runs.samekey),
    growthMs: median(growth),
    byHandMs: cpuMs(runs["by hand"]),
    ratio: coldRatio(runs.samekey, runs["by hand"]),
  };
}

function refuseOthers({ name, drivers: own }: BenchSource, bundle: BenchBundle, drivers: readonly string[]): void {
  const others = drivers.filter((driver) => !own.includes(driver));
  const found = new Set([...bundle.inputs.keys()].map(packageOf));
  const wrong = others.filter((driver) => found.has(driver));
  if (wrong.length > 0) throw new Error(`the bundle of a config with ${name} alone has ${wrong.join(", ")}`);
}

function bytesOf(bundle: BenchBundle, isCounted: (path: string) => boolean): number {
  return [...bundle.inputs].reduce((sum, [path, bytes]) => (isCounted(path) ? sum + bytes : sum), 0);
}

export function coldTable(found: readonly ColdSource[]): BenchTable {
  return {
    title: "cold start with this source alone, and by how much it is more than without a driver; then against by hand",
    columns: ["bundle kB", "+ packages", "+ own", "CPU ms", "+ CPU ms", "by hand ms"],
    rows: found.map(({ name, bytes, packageBytes, ownBytes, cpuMs, growthMs, byHandMs }) => ({
      name,
      values: [bytes / 1000, packageBytes / 1000, ownBytes / 1000, cpuMs, growthMs, byHandMs],
    })),
    ratios: found.map(({ name, ratio }) => ({ name: `${name} / by hand`, value: ratio })),
  };
}
