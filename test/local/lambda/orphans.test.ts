import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isAlive, writeSources } from "./open-lambda.ts";

const lambdaModule = fileURLToPath(new URL("../../../lib/local/lambda/lambda.ts", import.meta.url));

/** A process that runs two functions, one idle and one that blocks its event loop, and prints their process ids. */
const runner = (folder: string) => `
import { startLambda } from ${JSON.stringify(lambdaModule)};
const define = (name) => ({ file: ${JSON.stringify(folder)} + "/" + name + ".js", memoryMb: 128, timeoutMs: 60_000, environment: {} });
const lambda = await startLambda({
  functions: { idle: define("idle"), blocking: define("blocking") },
  maxEnvironments: 2,
  onLog: ({ text }) => console.log(text),
});
await lambda.invoke("idle", {});
lambda.invoke("blocking", {});
`;

test.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)(
  "no environment outlives a runner that dies of %s",
  async (signal) => {
    const folder = await writeSources({
      idle: "export const handler = async () => { console.log(process.pid); };",
      blocking: "export const handler = async () => { console.log(process.pid); for (;;); };",
    });
    const child = spawn(process.execPath, ["--input-type=module", "--eval", runner(folder)], {
      cwd: join(lambdaModule, ".."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pids: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (/^\d+$/.test(line)) pids.push(Number(line));
      if (pids.length === 2) break;
    }
    expect(pids.map(isAlive)).toEqual([true, true]);
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  },
);
