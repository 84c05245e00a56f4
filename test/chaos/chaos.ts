// npm run chaos [-- --seed N --seconds S]: random faults on both databases behind the user pool's simulator; exits 1 when a
// promise was broken, and then writes the history into a file.
import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChaos } from "./chaos-run.ts";
import { renderHistory } from "./history.ts";
import { reportOf } from "./report.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, seconds: { type: "string", default: "60" } },
});
const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed);
const seconds = Number(values.seconds);
if (!Number.isSafeInteger(seed) || seed < 0 || !(seconds > 0)) {
  console.error("--seed is a whole number from 0, --seconds a number above 0");
  process.exit(2);
}
console.log(`seed ${seed}, ${seconds} s`);
const result = await runChaos({ seed, seconds });
console.log(reportOf(result));
if (result.violations.length > 0) {
  const file = join(tmpdir(), `chaos-${seed}.jsonl`);
  await writeFile(file, renderHistory(result.history));
  console.log(`the history: ${file}`);
  process.exitCode = 1;
}
