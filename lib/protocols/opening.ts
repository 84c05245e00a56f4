import { untilAborted } from "../core/deadline.ts";

/** One attempt to open something, shared by all who need it. */
export interface Opening<T> {
  /** Waits for the attempt, until the caller's own signal aborts. When the last one who waits has left, it is cut. */
  wait(signal: AbortSignal): Promise<T>;
  /** Ends the attempt whoever waits. @returns what it has opened already. */
  end(): Promise<T | undefined>;
}

/**
 * Begins an attempt that belongs to nobody who waits for it: the deadline of one event does not cut what another one
 * waits for, and nothing goes on unseen when all have gone.
 * @param start Gets the attempt's own signal.
 * @param onFailed Called once when it has failed or been cut, at once in the latter case: the next caller begins afresh.
 */
export function beginOpening<T>(start: (signal: AbortSignal) => Promise<T>, onFailed: () => void): Opening<T> {
  const controller = new AbortController();
  let settled = false;
  let waiting = 0;
  const result = start(controller.signal);
  result.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
      onFailed();
    },
  );
  return {
    async end() {
      controller.abort(new DOMException("the opening was ended", "AbortError"));
      return result.catch(() => undefined);
    },
    async wait(signal) {
      waiting += 1;
      try {
        return await untilAborted(result, signal);
      } finally {
        waiting -= 1;
        if (waiting === 0 && !settled) {
          onFailed();
          controller.abort(signal.reason);
        }
      }
    },
  };
}

/**
 * Waits for the opening that is under way or done, or begins one. One that was begun for somebody else, perhaps before
 * the environment was frozen, says nothing of now when it fails: then one more is begun.
 * @param triedAgain Failures after which the caller tries again himself.
 */
export async function joinOrBegin<T>(
  current: Opening<T> | undefined,
  begin: () => Opening<T>,
  triedAgain: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<{ readonly opening: Opening<T>; readonly opened: T }> {
  const opening = current ?? begin();
  try {
    return { opening, opened: await opening.wait(signal) };
  } catch (error) {
    if (current === undefined || signal.aborted || triedAgain(error)) throw error;
    const own = begin();
    return { opening: own, opened: await own.wait(signal) };
  }
}
