import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { localAccountId, localRegion } from "../account.ts";
import { closeNow, listenOnLoopback } from "../loopback.ts";
import { type LogLine, type StartedProcess, startEnvironment } from "./environment.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { functionNameOf } from "./function-name.ts";
import { openOrphanGuard } from "./orphan-guard.ts";
import { openPolicies } from "./policy.ts";
import { openPool } from "./pool.ts";
import type { RunResult } from "./result.ts";
import { createLambdaServer } from "./server.ts";

export interface LambdaOptions {
  readonly functions: Readonly<Record<string, FunctionDefinition>>;
  /** How many environments there are at once, over all functions; twice the number of cores without it. */
  readonly maxEnvironments?: number;
  /** The port to prefer; without it, or when it is taken, another one. */
  readonly port?: number;
  readonly region?: string;
  readonly accountId?: string;
  /** Each line of the functions' output; all lines of an event come before its answer. */
  readonly onLog?: (line: LogLine) => void;
  readonly onInvoke?: (record: InvokeRecord) => void;
  /** Each process that becomes an environment: a test may freeze it, as Lambda does, or kill it. */
  readonly onStart?: (process: StartedProcess) => void;
}

export interface InvokeOptions {
  /** Makes a cold start of it. */
  readonly fresh?: boolean;
  /** Called when an environment takes the event: until then it queues, which AWS has no need of. */
  readonly taken?: () => void;
}

/** One event, when it is over. Times in milliseconds; `initMs` is there for a cold start that got through. */
export interface InvokeRecord {
  readonly functionName: string;
  readonly requestId: string;
  readonly coldStart: boolean;
  readonly queuedMs: number;
  readonly initMs: number | undefined;
  readonly durationMs: number;
  readonly outcome: RunResult["outcome"];
}

export type Invoked =
  | { readonly kind: "answer"; readonly payload: unknown }
  | { readonly kind: "error"; readonly errorType: string; readonly errorMessage: string };

export interface LocalLambda {
  /** For any client of Lambda's HTTP API. */
  readonly endpoint: string;
  arn(functionName: string): string;
  /** Invokes by name or ARN. Never rejects while the runner runs. */
  invoke(functionName: string, event: unknown, options?: InvokeOptions): Promise<Invoked>;
  stop(): Promise<void>;
}

/**
 * Lambda on 127.0.0.1: each environment is a process that takes its events over the Runtime API, one at a time. Not as
 * in AWS: nothing is frozen between events, memory is limited for V8's heap alone, an event that failed asynchronously
 * is not tried again, resource policies are kept but not enforced.
 */
export async function startLambda(options: LambdaOptions): Promise<LocalLambda> {
  const { functions, region = localRegion, accountId = localAccountId } = options;
  const guard = openOrphanGuard();
  const arn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  const { onLog = () => undefined, onStart = () => undefined } = options;
  const pool = openPool(options.maxEnvironments ?? 2 * availableParallelism(), async (functionName) => {
    const definition = functions[functionName];
    if (definition === undefined) throw new Error(`no function ${functionName}`);
    return startEnvironment({ functionName, definition, region, guard, onLog, onStart });
  });
  const has = (name: string) => Object.hasOwn(functions, name);
  const run = async (
    functionName: string,
    payload: string,
    requestId: string,
    { fresh = false, taken = () => undefined }: InvokeOptions = {},
  ): Promise<RunResult> => {
    const event = { requestId, functionArn: arn(functionName), payload };
    const { result, coldStart, queuedMs, initMs, durationMs } = await pool.run(functionName, event, fresh, taken);
    options.onInvoke?.({ functionName, requestId, coldStart, queuedMs, initMs, durationMs, outcome: result.outcome });
    return result;
  };
  const server = createLambdaServer({ policies: openPolicies(), has, arn, run });
  const port = await listenOnLoopback(server, options.port);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    arn,
    invoke: async (given, event, options = {}) => {
      const name = functionNameOf(given);
      if (name === undefined || !has(name)) return unknownFunction(given.startsWith("arn:") ? given : arn(given));
      return parseResult(await run(name, JSON.stringify(event ?? {}), randomUUID(), options));
    },
    stop: async () => {
      await pool.stop();
      await closeNow(server);
      guard.stop();
    },
  };
}

function unknownFunction(arn: string): Invoked {
  return { kind: "error", errorType: "ResourceNotFoundException", errorMessage: `Function not found: ${arn}` };
}

function parseResult({ outcome, payload }: RunResult): Invoked {
  const value: unknown = JSON.parse(payload);
  if (outcome === "answer") return { kind: "answer", payload: value };
  const { errorType = "Error", errorMessage = "" } =
    typeof value === "object" && value !== null ? ({ ...value } as Readonly<Record<string, unknown>>) : {};
  return { kind: "error", errorType: String(errorType), errorMessage: String(errorMessage) };
}
