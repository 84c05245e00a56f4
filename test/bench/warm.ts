import { warmEntry } from "./bundle.ts";
import { type Cost, costs } from "./people.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";
import { postgres } from "./sources/postgres/server.ts";
import { openStage } from "./stage.ts";
import { measureWarm, type WarmPair, warmPeople, warmRounds, warmTarget, warmUpRounds } from "./warm-turns.ts";

/** A warm sign-in against its parts (ledger read, legacy query, hash, ledger write) done bare. */
export async function benchWarm({ rounds }: BenchOptions = {}): Promise<BenchResult> {
  const of = (cost: Cost) => rounds ?? warmRounds[cost];
  const stage = await openStage(postgres, { warm: warmEntry("postgres") }, warmPeople(rounds, costs));
  try {
    const tables: BenchTable[] = [];
    for (const cost of costs) tables.push(tableOf(cost, await measureWarm(stage, cost, of(cost))));
    return {
      name: "warm",
      how: `one process after ${costs.map((cost) => warmUpRounds[cost]).join(" and ")} rounds of warm-up; medians of ${costs.map(of).join(" and ")} rounds in which the handler and the bare parts take turns, each time with a new user`,
      setting: stage.setting,
      tables,
    };
  } finally {
    await stage.stop();
  }
}

function tableOf(cost: Cost, { samekey, parts }: WarmPair): BenchTable {
  return {
    title:
      cost === 4 ? "bcrypt cost 4, which hides nothing behind the hash" : `bcrypt cost ${cost}, as stored in practice`,
    columns: ["wall ms", "CPU ms"],
    rows: [
      { name: "samekey", values: [samekey.wallMs, samekey.cpuMs] },
      { name: "sum of its parts", values: [parts.wallMs, parts.cpuMs] },
    ],
    ratios: [
      { name: "samekey / parts", value: samekey.wallMs / parts.wallMs, target: warmTarget },
      { name: "samekey / parts, CPU", value: samekey.cpuMs / parts.cpuMs },
    ],
  };
}
