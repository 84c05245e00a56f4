import { type ErrorCode, MigrationError } from "../core/errors.ts";
import { describeFault, logToStdout } from "./log.ts";

interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What a function does as one task of a state machine. */
export interface Task {
  /** For the log. */
  readonly name: string;
  run(event: unknown, time: TaskTime): Promise<unknown>;
}

/** The time that the function has. */
export interface TaskTime {
  /** How long it still may run, milliseconds. */
  remainingMs(): number;
  /** Cuts every call, a second before the function itself is cut: the state machine is then told why. */
  readonly signal: AbortSignal;
}

/** There is more to do than there was time for: the same task again, at once. */
export class Unfinished extends Error {
  constructor(what: string) {
    super(what);
    this.name = "ImportUnfinished";
  }
}

const answerMs = 1000;

/** What a state machine may try again after a while: somebody was busy, or could not be reached. */
const passing: ReadonlySet<ErrorCode> = new Set([
  "DEADLINE_EXCEEDED",
  "LEDGER_UNAVAILABLE",
  "PLATFORM_UNAVAILABLE",
  "SECRET_UNAVAILABLE",
  "SOURCE_UNAVAILABLE",
  "STORAGE_UNAVAILABLE",
  "VAULT_UNAVAILABLE",
]);

/**
 * A Lambda handler for a state machine, which tells by an error's name what to do: `ImportBusy` (again, after a while),
 * `ImportUnfinished` (again, at once), `ImportPoison` (no repetition mends it), `ImportFault` (nobody knows). An execution's
 * history keeps an error's text: it is a MigrationError's, which has a code first, or none.
 */
export function serveTask({ name, run }: Task) {
  return async (event: unknown, context: LambdaContext): Promise<unknown> => {
    const startedAt = performance.now();
    const base = { platform: "import", requestId: context.awsRequestId, request: name };
    const spent = () => Math.round(performance.now() - startedAt);
    try {
      const remainingMs = () => context.getRemainingTimeInMillis();
      const answer = await run(event, {
        remainingMs,
        signal: AbortSignal.timeout(Math.max(0, remainingMs() - answerMs)),
      });
      logToStdout({ ...base, outcome: "done", ms: spent() });
      return answer;
    } catch (error) {
      logToStdout({
        ...base,
        ...(error instanceof Unfinished ? { outcome: error.name } : describeFault(error)),
        ms: spent(),
      });
      throw taskError(error);
    }
  };
}

function taskError(error: unknown): Error {
  if (error instanceof Unfinished) return withoutTrace(error.name, error.message);
  if (error instanceof MigrationError) {
    return withoutTrace(passing.has(error.code) ? "ImportBusy" : "ImportPoison", `${error.code}: ${error.message}`);
  }
  // A user's own time was over: he was waiting for somebody who is busy.
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) {
    return withoutTrace("ImportBusy", `DEADLINE_EXCEEDED: ${error.name}`);
  }
  return withoutTrace("ImportFault", error instanceof Error ? error.name : typeof error);
}

function withoutTrace(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}`;
  return error;
}
