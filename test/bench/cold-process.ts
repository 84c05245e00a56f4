import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { localRegion } from "../../lib/local/account.ts";
import { environmentVariables, heapFlags } from "../../lib/local/lambda/function-definition.ts";
import { type Delivery, openRuntimeApi } from "../../lib/local/lambda/runtime-api.ts";

/** One process from its start to the end of its first event. */
export interface ColdRun {
  /** User and system time of the whole process. */
  readonly cpuMs: number;
  /** From the start of the process to its first answer. */
  readonly wallMs: number;
  readonly rssMb: number;
  readonly answer: unknown;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const bootstrap = here("../../lib/local/lambda/bootstrap.js");
const reporter = here("report-cpu.cjs");

/** The memory of the functions that check passwords, MiB. */
export const coldMemoryMb = 1769;
const timeoutMs = 6000;

/** Starts a bundle behind the runtime that the local Lambda uses, gives it one event, and ends it. */
export async function runCold(
  file: string,
  environment: Readonly<Record<string, string>>,
  event: unknown,
  flags: readonly string[] = [],
): Promise<ColdRun> {
  const payload = JSON.stringify(event);
  const functionArn = `arn:aws:lambda:${localRegion}:000000000000:function:bench`;
  const delivery = (): Delivery => {
    return { requestId: randomUUID(), functionArn, deadlineMs: Date.now() + timeoutMs, payload };
  };
  let finish: () => void = () => undefined;
  let answered: { readonly answer: unknown; readonly at: number } | undefined;
  let failed: string | undefined;
  const api = await openRuntimeApi({
    onNext: (give) => (answered === undefined ? give(delivery()) : finish()),
    onAnswer: (_, answer) => {
      answered = { answer: JSON.parse(answer), at: performance.now() };
    },
    onError: (_, error) => {
      failed = error;
      finish();
    },
    onInitError: (error) => {
      failed = error;
    },
  });
  const definition = { file, memoryMb: coldMemoryMb, timeoutMs, environment };
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [...heapFlags(coldMemoryMb), ...flags, "--require", reporter, bootstrap, file],
    {
      env: { ...environmentVariables("bench", definition, localRegion, api.address) },
      stdio: ["pipe", "ignore", "pipe", "pipe"],
    },
  );
  // The runtime ends when its input does.
  finish = () => child.stdin?.end();
  const [told, said] = await Promise.all([textOf(child.stdio[3]), textOf(child.stderr), ended(child)]);
  await api.stop();
  if (answered === undefined) throw new Error(`the measured process gave no answer: ${failed ?? said.slice(-2000)}`);
  const { cpuMs, rssMb } = JSON.parse(told) as Pick<ColdRun, "cpuMs" | "rssMb">;
  return { cpuMs, rssMb, wallMs: answered.at - startedAt, answer: answered.answer };
}

function textOf(stream: ChildProcess["stdio"][number] | undefined): Promise<string> {
  return stream instanceof Readable ? text(stream) : Promise.resolve("");
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
}
