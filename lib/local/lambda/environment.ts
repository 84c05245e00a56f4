import { startProcess } from "./environment-process.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { readLogLines } from "./log-lines.ts";
import type { OrphanGuard } from "./orphan-guard.ts";
import { exited, type RunResult, timedOut } from "./result.ts";
import { type Delivery, openRuntimeApi, type RuntimeApiListener } from "./runtime-api.ts";

export interface LogLine {
  readonly functionName: string;
  /** Absent for what is written while the file is loaded. */
  readonly requestId?: string;
  readonly text: string;
}

export interface Event {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
}

export interface Run {
  readonly result: RunResult;
  /** Milliseconds from taking the event to the answer; 0 when it was never taken. */
  readonly durationMs: number;
}

/** One copy of a function in a process of its own; it works on one event at a time. */
export interface Environment {
  readonly functionName: string;
  /** Milliseconds from the start of the process to its first request for an event; undefined before that. */
  initMs(): number | undefined;
  /**
   * Resolves when the environment can take the next event, or has ended: an answer given earlier would let the
   * caller's next event start another environment. `gone`: the process ended before it took this event.
   */
  run(event: Event): Promise<Run | "gone">;
  stop(): void;
  /** Settles when the process has ended and its last line has been given to `onLog`. */
  readonly ended: Promise<void>;
}

export interface EnvironmentSettings {
  readonly functionName: string;
  readonly definition: FunctionDefinition;
  readonly region: string;
  readonly guard: OrphanGuard;
  readonly onLog: (line: LogLine) => void;
  readonly onStart: (process: StartedProcess) => void;
}

/** The process of a new environment, for whoever wants to stop it, go on with it or kill it. */
export interface StartedProcess {
  readonly functionName: string;
  readonly pid: number;
}

/** Lambda's limit for loading an on-demand function, milliseconds. */
const initLimitMs = 10_000;

/** How long a process may at least take from its answer to asking for the next event, milliseconds. */
const returnMs = 1000;

type Happening =
  | { readonly kind: "ready"; readonly give: (delivery: Delivery) => void }
  | { readonly kind: "answer" | "error"; readonly payload: string }
  | { readonly kind: "init-error"; readonly payload: string }
  | { readonly kind: "late" }
  | { readonly kind: "ended"; readonly reason: number | string };

export async function startEnvironment(settings: EnvironmentSettings): Promise<Environment> {
  const { functionName, definition, region, guard, onLog, onStart } = settings;
  const started = performance.now();
  let initMs: number | undefined;
  let give: ((delivery: Delivery) => void) | undefined;
  let current: string | undefined;
  let ended: number | string | undefined;
  let notify: (happening: Happening) => void = () => undefined;

  const ofCurrent = (kind: "answer" | "error") => (requestId: string, payload: string) => {
    if (requestId === current) notify({ kind, payload });
  };
  const listener: RuntimeApiListener = {
    onNext: (next) => {
      initMs ??= performance.now() - started;
      give = next;
      notify({ kind: "ready", give: next });
    },
    onAnswer: ofCurrent("answer"),
    onError: ofCurrent("error"),
    onInitError: (payload) => notify({ kind: "init-error", payload }),
  };
  const api = await openRuntimeApi(listener);
  const child = startProcess(functionName, definition, region, api.address, guard);
  if (child.pid !== undefined) onStart({ functionName, pid: child.pid });
  const logs = [child.stdout, child.stderr].map((stream) =>
    readLogLines(stream, (text, requestId) =>
      onLog({ functionName, text, ...(requestId === undefined ? {} : { requestId }) }),
    ),
  );
  const over = child.ended.then(async (reason) => {
    ended = reason;
    notify({ kind: "ended", reason });
    await api.stop();
  });

  /** The next happening of one of these kinds, the end, or `late`; the process is killed when it is late. */
  const wait = async (kinds: readonly Happening["kind"][], limitMs: number): Promise<Happening> => {
    if (ended !== undefined) return { kind: "ended", reason: ended };
    if (kinds.includes("ready") && give !== undefined) return { kind: "ready", give };
    let timer: NodeJS.Timeout | undefined;
    const first = await new Promise<Happening>((resolve) => {
      timer = setTimeout(() => resolve({ kind: "late" }), limitMs);
      notify = (happening) => {
        if (happening.kind === "ended" || kinds.includes(happening.kind)) resolve(happening);
      };
    });
    clearTimeout(timer);
    notify = () => undefined;
    if (first.kind === "late") await killed();
    return first;
  };
  const killed = async (): Promise<void> => {
    child.kill();
    await over;
  };

  const notTaken = async (requestId: string, happening: Happening): Promise<Run | "gone"> => {
    const failedInit = (result: RunResult): Run => ({ result: { ...result, outcome: "init-error" }, durationMs: 0 });
    if (happening.kind === "late") return failedInit(timedOut(requestId, initLimitMs));
    if (happening.kind !== "init-error") {
      await over;
      return initMs === undefined ? failedInit(exited(requestId, ended ?? 0)) : "gone";
    }
    await killed();
    return failedInit({ outcome: "init-error", payload: happening.payload });
  };

  const run = async ({ requestId, functionArn, payload }: Event): Promise<Run | "gone"> => {
    const ready = await wait(["ready", "init-error"], initLimitMs);
    if (ready.kind !== "ready") return notTaken(requestId, ready);
    current = requestId;
    give = undefined;
    const { timeoutMs } = definition;
    const taken = performance.now();
    ready.give({ requestId, functionArn, payload, deadlineMs: Date.now() + timeoutMs });
    const happening = await wait(["answer", "error"], timeoutMs);
    const durationMs = performance.now() - taken;
    current = undefined;
    if (happening.kind === "answer" || happening.kind === "error") {
      const next = await wait(["ready"], Math.max(returnMs, timeoutMs - durationMs));
      await (next.kind === "ready" ? Promise.all(logs.map((log) => log.written(requestId))) : over);
      return { result: { outcome: happening.kind, payload: happening.payload }, durationMs };
    }
    await over;
    return {
      result: happening.kind === "late" ? timedOut(requestId, timeoutMs) : exited(requestId, ended ?? 0),
      durationMs,
    };
  };

  return { functionName, run, stop: child.stop, ended: over, initMs: () => initMs };
}
