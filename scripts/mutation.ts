// npm run mutation [-- GROUP ...] [--concurrency N]: changes the code of a group in every small way that Stryker knows, and
// tells which changes no test notices. Stryker is no dependency: it is installed beside the project when it is missing.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutationGroups } from "../test/mutation/groups.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, ".samekey/mutation");
const tools = ["@stryker-mutator/core@10.1.1", "@stryker-mutator/vitest-runner@10.1.1"];
const reports = join(root, ".samekey/mutation-reports");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "2" } },
});
const names = positionals.length > 0 ? positionals : Object.keys(mutationGroups);
const unknown = names.filter((name) => !Object.hasOwn(mutationGroups, name));
const concurrency = Number(values.concurrency);

if (unknown.length > 0) fail(`no group ${unknown.join(", ")}; there are ${Object.keys(mutationGroups).join(", ")}`);
else if (!Number.isInteger(concurrency) || concurrency < 1) fail("--concurrency: a whole number from 1");
else {
  install();
  for (const name of names) run(name);
}

function install(): void {
  if (existsSync(join(folder, "node_modules/@stryker-mutator/vitest-runner"))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true}\n');
  const options = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts"];
  const { status } = spawnSync("npm", ["install", "--prefix", folder, ...options, ...tools], { stdio: "inherit" });
  if (status !== 0) throw new Error("Stryker could not be installed");
}

function run(name: string): void {
  const report = join(reports, `${name}.json`);
  mkdirSync(reports, { recursive: true });
  const config = {
    testRunner: "vitest",
    plugins: [join(folder, "node_modules/@stryker-mutator/vitest-runner/dist/src/index.js")],
    mutate: mutationGroups[name]?.mutate,
    vitest: { configFile: "test/mutation/vitest.config.ts", related: true },
    coverageAnalysis: "perTest",
    concurrency,
    // A mutant that waits for ever is killed by this, and no slow machine kills one that lives.
    timeoutMS: 8000,
    reporters: ["progress-append-only", "json"],
    jsonReporter: { fileName: report },
    tempDirName: ".samekey/mutation-sandbox",
    ignorePatterns: [".samekey", ".serverless", ".esbuild", "docs", "test/hashes", "test/imports", "test/bench"],
    disableTypeChecks: false,
    // Stryker would rewrite tsconfig.json by the API of TypeScript 6, which TypeScript 7 has no more; nothing here needs it.
    tsconfigFile: "none",
  };
  const file = join(reports, `${name}.config.json`);
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  const { status } = spawnSync(
    process.execPath,
    [join(folder, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", file],
    { cwd: root, stdio: "inherit", env: { ...process.env, SAMEKEY_MUTATION_GROUP: name } },
  );
  if (status !== 0) throw new Error(`${name}: Stryker ended with ${status}`);
  process.stdout.write(`${summaryOf(name, JSON.parse(readFileSync(report, "utf8")))}\n`);
}

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** The score, by file, and each change that no test noticed. */
function summaryOf(name: string, { files }: Report): string {
  const lines: string[] = [`\n${name}`];
  const all: Mutant[] = [];
  for (const [file, { mutants }] of Object.entries(files)) {
    all.push(...mutants);
    lines.push(`  ${file}: ${scoreOf(mutants)}`);
    for (const one of mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage")) {
      const text = (one.replacement ?? "").replaceAll(/\s+/g, " ").slice(0, 90);
      lines.push(`    ${one.location.start.line}: ${one.status} ${one.mutatorName} → ${text}`);
    }
  }
  lines.push(`  ${name} in all: ${scoreOf(all)}`);
  return lines.join("\n");
}

/** As Stryker counts: what was noticed (a time-out is noticed), of all that could run. */
function scoreOf(mutants: readonly Mutant[]): string {
  const count = (...statuses: readonly string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count("Killed", "Timeout");
  const valid = noticed + count("Survived", "NoCoverage");
  return `${valid === 0 ? "-" : ((100 * noticed) / valid).toFixed(1)} % (${noticed} of ${valid})`;
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
