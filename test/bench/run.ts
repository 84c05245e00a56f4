// npm run bench [-- NAME ...] [--rounds N] [--source NAME ...] [--json]: runs all benches or the named ones; exits 1 when a
// target is missed.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchColdInstructions } from "./cold-instructions.ts";
import { benchColdStart } from "./cold-start.ts";
import { benchHashes } from "./hashes.ts";
import { benchImport } from "./import.ts";
import { benchImportMemory } from "./import-memory.ts";
import { benchImportRead } from "./import-read.ts";
import { benchLoad } from "./load.ts";
import { renderResult } from "./report.ts";
import { type BenchOptions, type BenchResult, missed } from "./result.ts";
import { benchSources } from "./sources.ts";
import { benchWarm } from "./warm.ts";

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  "cold-start": benchColdStart,
  warm: benchWarm,
  hashes: benchHashes,
};

// Only by their name: they take long, or need more than npm installs.
const named: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  "cold-instructions": benchColdInstructions,
  import: benchImport,
  "import-memory": benchImportMemory,
  "import-read": benchImportRead,
  load: benchLoad,
  sources: benchSources,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string" },
    source: { type: "string", multiple: true },
  },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const all = { ...benches, ...named };
const unknown = names.filter((name) => !Object.hasOwn(all, name));

if (unknown.length > 0) fail(`no bench ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
else if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) fail("--rounds: a whole number from 1");
else {
  const { source: only } = values;
  await run({ ...(rounds === undefined ? {} : { rounds }), ...(only === undefined ? {} : { only }) });
}

async function run(options: BenchOptions): Promise<void> {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? "processor"}, Node ${process.versions.node}`;
  const results: BenchResult[] = [];
  if (!values.json) process.stdout.write(`${machine}\n`);
  for (const name of names) {
    const result = await all[name]?.(options);
    if (result === undefined) continue;
    results.push(result);
    if (!values.json) process.stdout.write(`\n${renderResult(result)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, results }, undefined, 2)}\n`);
  if (results.some((result) => missed(result).length > 0)) process.exitCode = 1;
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
