// npm run fuzz [-- --target NAME ...] [--cases N] [--seed S] [--processes P]: as many cases of each target as are asked for,
// in several processes; exits 1 when one fails. NAME is a target, a family of them, or the beginning of a name.
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fuzzFamilies, fuzzTargets } from "./targets.ts";

// A part is one run of fast-check: each has a seed of its own, and the next one goes on behind it.
const partCases = 1000;
// The slowest part takes seconds on a machine that does nothing else; a parser that never ends is told by its silence.
const silentMs = 600_000;

interface Told {
  readonly target: string;
  readonly cases: number;
  readonly slowestMs: number;
  readonly failed?: string;
}

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true, default: [] },
    cases: { type: "string", default: "20000" },
    seed: { type: "string" },
    processes: { type: "string", default: String(availableParallelism()) },
    worker: { type: "boolean", default: false },
  },
});
const [cases, processes] = [Number(values.cases), Number(values.processes)];
const seed = values.seed === undefined ? Math.trunc(Math.random() * 0x7fff_ffff) : Number(values.seed);
const wanted = values.target.length === 0 ? fuzzTargets : values.target.flatMap(targetsCalled);

if (![cases, processes].every((one) => Number.isInteger(one) && one > 0) || !Number.isInteger(seed)) {
  fail("--cases and --processes: whole numbers from 1; --seed: a whole number");
} else if (wanted.length === 0) {
  const names = [...Object.keys(fuzzFamilies), ...fuzzTargets.map(({ name }) => name)];
  fail(`no target ${values.target.join(", ")}; there are\n  ${names.join("\n  ")}`);
} else if (values.worker) await work();
else await lead();

function targetsCalled(name: string) {
  const exactly = fuzzTargets.filter((one) => one.name === name);
  if (exactly.length > 0) return exactly;
  return fuzzFamilies[name] ?? fuzzTargets.filter((one) => one.name.startsWith(name));
}

/** Runs the targets of one process one after the other, and tells of each part. */
async function work(): Promise<void> {
  const tell = (told: Told) => process.send?.(told);
  process.on("unhandledRejection", (error) => {
    tell({ target: wanted[0]?.name ?? "", cases: 0, slowestMs: 0, failed: `unhandled rejection: ${String(error)}` });
    process.exit(1);
  });
  for (const one of wanted) {
    for (let done = 0; done < cases; done += partCases) {
      const part = Math.min(partCases, cases - done);
      try {
        tell({ target: one.name, cases: part, slowestMs: await one.run(part, seed + done) });
      } catch (error) {
        const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
        const why = cause instanceof Error ? `\n${cause.stack}` : "";
        tell({ target: one.name, cases: 0, slowestMs: 0, failed: `${message}${why}` });
        break;
      }
    }
  }
  process.disconnect?.();
}

/** Gives each process one target after the other. */
async function lead(): Promise<void> {
  process.stdout.write(`${wanted.length} targets, ${cases} cases each, ${processes} processes, --seed ${seed}\n`);
  const left = [...wanted];
  const failures: Told[] = [];
  const totals = { cases: 0, targets: 0, slowestMs: 0, slowest: "" };
  const startedAt = performance.now();
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const { name } = one;
      let mine = 0;
      for (const told of await runTarget(name)) {
        mine += told.cases;
        if (told.slowestMs > totals.slowestMs) Object.assign(totals, { slowestMs: told.slowestMs, slowest: name });
        if (told.failed === undefined) continue;
        failures.push(told);
        process.stdout.write(`FAILED ${name}: ${told.failed}\n`);
      }
      totals.cases += mine;
      totals.targets += 1;
      process.stdout.write(`${totals.targets}/${wanted.length} ${name}: ${mine} cases\n`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(processes, wanted.length) }, next));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const { slowest, slowestMs } = totals;
  process.stdout.write(
    `${totals.cases} cases of ${totals.targets} targets in ${seconds} s, ${failures.length} failed; the slowest case took ${slowestMs.toFixed(0)} ms (${slowest}); --seed ${seed}\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

function runTarget(name: string): Promise<readonly Told[]> {
  const args = ["--worker", "--target", name, "--cases", String(cases), "--seed", String(seed)];
  return new Promise((resolve) => {
    const told: Told[] = [];
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let timer = watch(child, told, name);
    child.on("message", (message: Told) => {
      told.push(message);
      clearTimeout(timer);
      timer = watch(child, told, name);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const expected = code === 0 || told.some(({ failed }) => failed !== undefined);
      if (!expected)
        told.push({ target: name, cases: 0, slowestMs: 0, failed: `the process ended: ${signal ?? code}` });
      resolve(told);
    });
  });
}

function watch(child: ChildProcess, told: Told[], target: string): NodeJS.Timeout {
  return setTimeout(() => {
    const after = told.reduce((sum, one) => sum + one.cases, 0);
    const failed = `silent for ${silentMs / 1000} s after ${after} cases: a case that hangs, --seed ${seed + after}`;
    told.push({ target, cases: 0, slowestMs: 0, failed });
    child.kill("SIGKILL");
  }, silentMs);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
