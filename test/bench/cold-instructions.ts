import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { localRegion } from "../../lib/local/account.ts";
import { environmentVariables, heapFlags } from "../../lib/local/lambda/function-definition.ts";
import { coldMemoryMb } from "./cold-process.ts";
import { coldEntries, coldTarget } from "./cold-start.ts";
import { emailOf, letIn, signInEvent } from "./people.ts";
import type { BenchOptions, BenchResult } from "./result.ts";
import { postgres } from "./sources/postgres/server.ts";
import { openStage, type Stage } from "./stage.ts";

type Entry = keyof typeof coldEntries;
const names = Object.keys(coldEntries) as readonly Entry[];

const child = fileURLToPath(new URL("count-process.js", import.meta.url));
// The least of two: V8 draws its hash seed anew at each start, for up to ten million instructions.
const usualRounds = 2;

/**
 * Instructions of a cold start, counted by valgrind: the same whatever else the machine does, where its processor time
 * is not. Takes half a minute a process; needs Debian's `valgrind`.
 */
export async function benchColdInstructions({ rounds = usualRounds }: BenchOptions = {}): Promise<BenchResult> {
  const stage = await openStage(postgres, coldEntries, names.length * rounds);
  try {
    const least: Record<Entry, number> = { samekey: Infinity, "hand-written": Infinity, "bare-put": Infinity };
    let person = 0;
    for (let round = 0; round < rounds; round++) {
      for (const name of names) {
        person += 1;
        least[name] = Math.min(least[name], await count(stage, name, emailOf(person, 4)));
      }
    }
    const ratio = (other: Entry) => least.samekey / least[other];
    return {
      name: "cold-instructions",
      how: `instructions of a process from its start to the end of its first sign-in, without the runtime's client; the least of ${rounds}`,
      setting: stage.setting,
      tables: [
        {
          title: "bcrypt cost 4, which hides nothing behind the hash",
          columns: ["million"],
          rows: names.map((name) => ({ name, values: [least[name]] })),
          ratios: [
            { name: "samekey / hand-written", value: ratio("hand-written"), target: coldTarget },
            { name: "samekey / bare-put", value: ratio("bare-put") },
          ],
        },
      ],
    };
  } finally {
    await stage.stop();
  }
}

async function count(stage: Stage, name: Entry, email: string): Promise<number> {
  const file = stage.bundles[name]?.file ?? "";
  const { environment } = stage;
  const definition = { file, memoryMb: coldMemoryMb, timeoutMs: 6000, environment };
  const flags = ["--tool=callgrind", "--smc-check=all-non-file", "--callgrind-out-file=/dev/null"];
  // One thread: how work is spread over several is not the same twice.
  const node = [process.execPath, "--single-threaded", ...heapFlags(coldMemoryMb)];
  const { stdout, stderr } = await promisify(execFile)(
    "valgrind",
    [...flags, ...node, child, file, JSON.stringify(signInEvent(email))],
    { env: environmentVariables("bench", definition, localRegion, ""), maxBuffer: 64 * 1_048_576 },
  );
  if (!letIn(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""), email)) throw new Error(`${name} let nobody in`);
  return Number(/Collected : ([0-9]+)/.exec(stderr)?.[1]) / 1e6;
}
