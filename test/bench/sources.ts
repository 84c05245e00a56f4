import { readdirSync } from "node:fs";
import type { BenchSource } from "./bench-source.ts";
import { handWrittenEntry, samekeyEntry, warmEntry } from "./bundle.ts";
import { type Cost, costs } from "./people.ts";
import type { BenchOptions, BenchResult } from "./result.ts";
import { type ColdSource, coldTable, measureColdSource } from "./source-cold.ts";
import { activeDirectory } from "./sources/active-directory/server.ts";
import { auth0 } from "./sources/auth0/server.ts";
import { cognito } from "./sources/cognito/server.ts";
import { dynamodb } from "./sources/dynamodb/server.ts";
import { firebase } from "./sources/firebase/server.ts";
import { http } from "./sources/http/server.ts";
import { keycloak } from "./sources/keycloak/server.ts";
import { lambda } from "./sources/lambda/server.ts";
import { ldap } from "./sources/ldap/server.ts";
import { mongodb } from "./sources/mongodb/server.ts";
import { mysql } from "./sources/mysql/server.ts";
import { postgres } from "./sources/postgres/server.ts";
import { openStage } from "./stage.ts";
import { measureWarm, type WarmPair, warmPeople, warmRounds, warmTarget, warmUpRounds } from "./warm-turns.ts";

const sources: readonly BenchSource[] = [
  postgres,
  mysql,
  mongodb,
  dynamodb,
  ldap,
  activeDirectory,
  http,
  lambda,
  cognito,
  keycloak,
  auth0,
  firebase,
];
// Measured nowhere, with the reason.
const leftOut: Readonly<Record<string, string>> = {
  mssql: "there is no SQL Server that could be installed here",
  custom: "it has no driver; the growth of the others is measured from it",
};
const usualColdRounds = 15;

interface WarmRow {
  readonly source: BenchSource;
  readonly cost: Cost | undefined;
  readonly figures: WarmPair;
}

/** Each source warm, against its driver's bare calls, and cold, against a config without a driver. */
export async function benchSources({ rounds, only }: BenchOptions = {}): Promise<BenchResult> {
  refuseUnlisted();
  const unknown = (only ?? []).filter((name) => !sources.some((source) => source.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no source ${unknown.join(", ")} to measure; there are ${sources.map(({ name }) => name).join(", ")}`,
    );
  }
  const chosen = sources.filter(({ name }) => only === undefined || only.includes(name));
  const missing: string[] = [];
  const warm: WarmRow[] = [];
  const cold: ColdSource[] = [];
  const settings: string[] = [];
  for (const source of chosen) {
    const reason = await source.missing?.();
    if (reason !== undefined) {
      missing.push(`${source.name}: ${reason}`);
      continue;
    }
    const found = await measureSource(source, rounds);
    settings.push(`${source.name}: ${found.setting}`);
    warm.push(...found.warm);
    cold.push(found.cold);
  }
  return {
    name: "sources",
    how: `warm: one process after ${warmUpRounds[4]} rounds of warm-up (${warmUpRounds[10]} at cost 10); medians of ${rounds ?? warmRounds[4]} rounds (${rounds ?? warmRounds[10]} at cost 10) in which the handler and the bare calls take turns, the ratio is the median of the rounds' own. cold: ${rounds ?? usualColdRounds} interleaved rounds of fresh processes, medians of the differences and ratios pair by pair`,
    setting: settings.join("; "),
    leftOut: [
      ...missing,
      ...(only === undefined ? Object.entries(leftOut).map(([name, reason]) => `${name}: ${reason}`) : []),
    ],
    tables: cold.length === 0 ? [] : [warmTable(warm), coldTable(cold)],
  };
}

async function measureSource(source: BenchSource, rounds: number | undefined) {
  const { name, hashed } = source;
  const coldRounds = rounds ?? usualColdRounds;
  const of = hashed ? costs : ([4] as const);
  const warmCount = warmPeople(rounds, of);
  const entries = {
    warm: warmEntry(name),
    samekey: samekeyEntry,
    "by hand": handWrittenEntry(name),
    "no driver": { ...samekeyEntry, config: hashed ? "custom" : "custom-authenticate" },
  };
  const stage = await openStage(source, entries, warmCount + 3 * (coldRounds + 1));
  try {
    // All of them take some ten minutes, and no figure is there before the last.
    process.stderr.write(`measuring ${name}: ${stage.setting}\n`);
    const warm: WarmRow[] = [];
    for (const cost of of) {
      const figures = await measureWarm(stage, cost, rounds ?? warmRounds[cost]);
      warm.push({ source, cost: hashed ? cost : undefined, figures });
    }
    const drivers = sources.flatMap((one) => one.drivers);
    const cold = await measureColdSource(source, stage, coldRounds, warmCount + 1, drivers);
    return { setting: stage.setting, warm, cold };
  } finally {
    await stage.stop();
  }
}

function warmTable(rows: readonly WarmRow[]): BenchResult["tables"][number] {
  const nameOf = ({ source, cost }: WarmRow) => (cost === undefined ? source.name : `${source.name}, bcrypt ${cost}`);
  return {
    title: "warm sign-in; without a hash where the source checks the password itself",
    columns: ["samekey ms", "bare ms", "CPU ms", "bare CPU ms"],
    rows: rows.map((row) => {
      const { samekey, parts } = row.figures;
      return { name: nameOf(row), values: [samekey.wallMs, parts.wallMs, samekey.cpuMs, parts.cpuMs] };
    }),
    ratios: rows.map((row) => ({
      name: nameOf(row),
      value: row.figures.ratio,
      // Nobody keeps bcrypt of cost 4; it shows what the hash hides.
      ...(row.cost === 4 ? {} : { target: warmTarget }),
    })),
  };
}

/** A source that was added must not be forgotten here. */
function refuseUnlisted(): void {
  const files = readdirSync(new URL("../../lib/sources", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
  const listed = new Set(["index", ...sources.map(({ name }) => name), ...Object.keys(leftOut)]);
  const unlisted = files.filter((name) => !listed.has(name));
  if (unlisted.length > 0) throw new Error(`test/bench/sources.ts does not know the source ${unlisted.join(", ")}`);
}
