/** What became of an event; `payload` is JSON text. */
export interface RunResult {
  readonly outcome: "answer" | "error" | "timeout" | "exit" | "init-error";
  readonly payload: string;
}

/** A function error as Lambda gives it for what the function itself cannot say. */
export function functionError(outcome: RunResult["outcome"], errorType: string, errorMessage: string): RunResult {
  return { outcome, payload: JSON.stringify({ errorType, errorMessage }) };
}

export function timedOut(requestId: string, timeoutMs: number): RunResult {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return functionError(
    "timeout",
    "Sandbox.Timedout",
    `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  );
}

/** @param reason how the process ended: its exit code, or the signal. */
export function exited(requestId: string, reason: number | string): RunResult {
  const how =
    reason === 0
      ? "Runtime exited without providing a reason"
      : `Runtime exited with error: ${typeof reason === "number" ? `exit status ${reason}` : `signal: ${reason}`}`;
  return functionError("exit", "Runtime.ExitError", `RequestId: ${requestId} Error: ${how}`);
}
