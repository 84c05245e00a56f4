import { fork } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ImportFiles, writeImportFiles } from "./import-files.ts";
import type { ReadReport } from "./import-read-process.ts";
import type { ReaderName } from "./import-readers.ts";
import { median } from "./median.ts";
import type { BenchOptions, BenchResult, BenchTable } from "./result.ts";

const users = 200_000;
const few = 100_000;
const many = 1_000_000;
// The first rounds are compiled while they run.
const warmUps = 2;

/** Reading exported users against the quickest peers on the same file, and the memory that it takes for ten times more. */
export async function benchImportRead({ rounds = 7 }: BenchOptions = {}): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-bench-"));
  try {
    const files = await writeImportFiles(folder, users);
    const [small, large] = [await writeImportFiles(folder, few), await writeImportFiles(folder, many)];
    const flags = await samekeyFlags();
    return {
      name: "import-read",
      how: `one process, in which all take turns; medians of ${rounds} rounds after ${warmUps}; "rows" and "objects" are reading alone, "users" are mapped and checked too, which no peer does`,
      setting: `${users} users`,
      tables: [
        await speed(files, rounds),
        await memory("as Node is", small, large, []),
        await memory(`with ${flags.join(" ")}, as npm run samekey`, small, large, flags),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function speed(files: ImportFiles, rounds: number): Promise<BenchTable> {
  const order: readonly (readonly [ReaderName, string])[] = [
    ["csv: rows", files.csv],
    ["papaparse: rows", files.csv],
    ["papaparse: objects", files.csv],
    ["csv: users", files.csv],
    ["ndjson: objects", files.ndjson],
    ["split and JSON.parse", files.ndjson],
    ["ndjson: users", files.ndjson],
    ["json: users", files.json],
  ];
  const { samples } = await measure(rounds + warmUps, order);
  for (const { reader, rows } of samples) if (rows !== users) throw new Error(`${reader}: ${rows} rows of ${users}`);
  const of = (name: ReaderName, take: "wallMs" | "cpuMs") =>
    median(
      samples
        .filter(({ reader }) => reader === name)
        .slice(warmUps)
        .map((sample) => sample[take]),
    );
  const ratio = (one: ReaderName, other: ReaderName) => of(one, "cpuMs") / of(other, "cpuMs");
  return {
    title: "speed",
    columns: ["rows/s", "CPU us/row"],
    rows: order.map(([name]) => ({
      name,
      values: [users / (of(name, "wallMs") / 1000), of(name, "cpuMs") * (1000 / users)],
    })),
    ratios: [
      { name: "csv: rows / papaparse: rows, CPU", value: ratio("csv: rows", "papaparse: rows"), target: 1 },
      { name: "csv: users / papaparse: objects, CPU", value: ratio("csv: users", "papaparse: objects") },
      {
        name: "ndjson: objects / split and JSON.parse, CPU",
        value: ratio("ndjson: objects", "split and JSON.parse"),
        target: 1,
      },
      { name: "ndjson: users / split and JSON.parse, CPU", value: ratio("ndjson: users", "split and JSON.parse") },
    ],
  };
}

/** What the command that imports tells V8. */
async function samekeyFlags(): Promise<readonly string[]> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { scripts }: { readonly scripts: { readonly samekey: string } } = JSON.parse(text);
  return scripts.samekey.split(" ").filter((word) => word.startsWith("--"));
}

async function memory(
  how: string,
  small: ImportFiles,
  large: ImportFiles,
  flags: readonly string[],
): Promise<BenchTable> {
  const readersOf = (files: ImportFiles): readonly (readonly [ReaderName, string])[] => [
    ["csv: users", files.csv],
    ["ndjson: users", files.ndjson],
    ["json: users", files.json],
  ];
  const peaks = async (files: ImportFiles) => {
    const found: number[] = [];
    for (const one of readersOf(files)) found.push((await measure(1, [one], flags)).peakMb);
    return found;
  };
  const [ofFew, ofMany] = [await peaks(small), await peaks(large)];
  return {
    title: `peak of resident memory, each in a process of its own, ${how}`,
    columns: [`${few}, MB`, `${many}, MB`],
    rows: readersOf(small).map(([name], index) => ({
      name,
      values: [ofFew[index] ?? Number.NaN, ofMany[index] ?? Number.NaN],
    })),
    ratios: readersOf(small).map(([name], index) => ({
      name: `${name}, ten times the file`,
      value: (ofMany[index] ?? Number.NaN) / (ofFew[index] ?? Number.NaN),
      target: 1.2,
    })),
  };
}

function measure(
  rounds: number,
  order: readonly (readonly [ReaderName, string])[],
  execArgv: readonly string[] = [],
): Promise<ReadReport> {
  const process = fileURLToPath(new URL("import-read-process.ts", import.meta.url));
  const child = fork(process, [String(rounds), ...order.map((pair) => pair.join("="))], { execArgv: [...execArgv] });
  return new Promise((resolve, reject) => {
    child.once("message", (report: ReadReport) => resolve(report));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the measured process ended without a result (exit code ${code})`)));
  });
}
