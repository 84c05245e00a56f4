import { MigrationError } from "./errors.ts";

/** One deadline per event. `signal` aborts when the time is over; every remote call carries it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left, by the monotonic clock; zero when over. */
  leftMs(): number;
  /** Stops the timer; the signal no longer fires. */
  clear(): void;
}

/** Opens a deadline `ms` from now. */
export function openDeadline(ms: number): Deadline {
  const end = performance.now() + ms;
  const controller = new AbortController();
  const abort = () =>
    controller.abort(new MigrationError("DEADLINE_EXCEEDED", `no answer within ${Math.round(ms)} ms of the event`));
  const timer = setTimeout(abort, Math.max(0, ms));
  return {
    signal: controller.signal,
    leftMs: () => Math.max(0, end - performance.now()),
    clear: () => clearTimeout(timer),
  };
}

/**
 * Waits for a promise until the signal aborts, for a library that takes no signal. The library's own work goes on
 * unseen, so use it only with something that also cuts that work (a client that is closed, a statement that is cancelled).
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(signal.reason);
  }
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
