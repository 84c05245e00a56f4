import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { LogLine } from "../../../lib/local/lambda/environment.ts";
import type { FunctionDefinition } from "../../../lib/local/lambda/function-definition.ts";
import {
  type InvokeRecord,
  type LambdaOptions,
  type LocalLambda,
  startLambda,
} from "../../../lib/local/lambda/lambda.ts";

export interface OpenedLambda {
  readonly lambda: LocalLambda;
  readonly logs: readonly LogLine[];
  readonly records: readonly InvokeRecord[];
}

/** A runner of functions given by their source text, and what they logged and how their events went. */
export async function openLambda(
  sources: Readonly<Record<string, string>>,
  options: Partial<Omit<LambdaOptions, "functions">> & { readonly each?: Partial<FunctionDefinition> } = {},
): Promise<OpenedLambda> {
  const { each = {}, ...rest } = options;
  const folder = await writeSources(sources);
  const logs: LogLine[] = [];
  const records: InvokeRecord[] = [];
  const lambda = await startLambda({
    functions: Object.fromEntries(
      Object.keys(sources).map((name) => [
        name,
        { file: join(folder, `${name}.js`), memoryMb: 256, timeoutMs: 10_000, environment: {}, ...each },
      ]),
    ),
    onLog: (line) => logs.push(line),
    onInvoke: (record) => records.push(record),
    ...rest,
  });
  onTestFinished(() => lambda.stop());
  return { lambda, logs, records };
}

/** A folder of ES modules, one file a function; removed after the test. */
export async function writeSources(sources: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lambda-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await Promise.all(Object.entries(sources).map(([name, text]) => writeFile(join(folder, `${name}.js`), text)));
  return folder;
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Answers its process id after the milliseconds that the event names. */
export const sleeper = `export const handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
  return { pid: process.pid, id: event.id };
};`;
