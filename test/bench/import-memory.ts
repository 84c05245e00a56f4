import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { MemorySample } from "./import-memory-process.ts";
import type { BenchOptions, BenchResult } from "./result.ts";

const few = 100_000;
const many = 10_000_000;
// As `npm run samekey` runs.
const execArgv = ["--max-semi-space-size=8"];

/** The memory that an import's plan takes for a hundred times the users: reading, duplicates, batches, ways, counts. */
export async function benchImportMemory(_: BenchOptions = {}): Promise<BenchResult> {
  const samples = [await measure(few), await measure(many)];
  const [small, large] = samples;
  if (samples.some(({ read }, index) => read !== [few, many][index])) throw new Error("users were lost");
  return {
    name: "import-memory",
    how: "the plan of an import of NDJSON, each in a process of its own with the flags of `npm run samekey`; the ledger answers from memory that it knows nobody",
    setting: `${few} and ${many} users`,
    tables: [
      {
        title: "peak of resident memory",
        columns: ["MB", "duplicates on disk, MB"],
        rows: samples.map(({ read, peakMb, seenMb }) => ({ name: `${read} users`, values: [peakMb, seenMb] })),
        ratios: [
          {
            name: "a hundred times the users",
            value: (large?.peakMb ?? Number.NaN) / (small?.peakMb ?? Number.NaN),
            target: 1.2,
          },
        ],
      },
    ],
  };
}

function measure(users: number): Promise<MemorySample> {
  const child = fork(fileURLToPath(new URL("import-memory-process.ts", import.meta.url)), [String(users)], {
    execArgv,
  });
  return new Promise((resolve, reject) => {
    child.once("message", (sample: MemorySample) => resolve(sample));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the measured process ended without a result (exit code ${code})`)));
  });
}
