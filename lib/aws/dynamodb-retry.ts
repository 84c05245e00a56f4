import { MigrationError } from "../core/errors.ts";
import { sleep } from "../core/sleep.ts";

// The SDK's own throttle delay begins at 500 ms and would eat the platform's 5 s; two throttled writes recover within
// half a second with this one.
const baseMs = 25;
const maxMs = 400;
// One attempt that hangs must leave time for a second within the event's deadline.
const attemptMs = 1200;

export interface Attempt {
  readonly number: number;
  readonly signal: AbortSignal;
}

export interface RetryRules {
  /** Whether the request may be sent again after this failure. */
  repeats(error: unknown): boolean;
  /** What a failure is called that is not repeated. */
  asFault(error: unknown): MigrationError;
  /** A number from 0 to below 1. */
  random(): number;
}

/**
 * Repeats a request to DynamoDB until it succeeds, fails for good or the signal aborts: exponential delay with full
 * jitter, every attempt cut after 1.2 s.
 * @throws MigrationError as `asFault` makes it of the last failure; the signal's reason when it aborted.
 */
export async function withRetry<T>(
  send: (attempt: Attempt) => Promise<T>,
  signal: AbortSignal,
  rules: RetryRules,
): Promise<T> {
  for (let number = 0; ; number++) {
    signal.throwIfAborted();
    const limit = openLimit(signal);
    try {
      return await send({ number, signal: limit.signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof MigrationError) throw error;
      if (!rules.repeats(error)) throw rules.asFault(error);
    } finally {
      limit.clear();
    }
    await pause(number, signal, rules.random);
  }
}

/**
 * Aborts when the caller's signal does, or after 1.2 s. By hand and not with AbortSignal.any and AbortSignal.timeout:
 * those cost more than the rest of the retry, and leave a timer behind for each request that was answered in time.
 */
function openLimit(caller: AbortSignal): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(caller.reason);
  const late = () => controller.abort(new DOMException(`no answer within ${attemptMs} ms`, "TimeoutError"));
  const timer = setTimeout(late, attemptMs);
  caller.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      caller.removeEventListener("abort", abort);
    },
  };
}

/**
 * Waits before the attempt after this one, or until the signal aborts.
 * @param number Of the attempt that has just failed, from 0.
 */
export async function pause(number: number, signal: AbortSignal, random: () => number): Promise<void> {
  await sleep(random() * Math.min(maxMs, baseMs * 2 ** (number + 1)), signal);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
const throttledNames: ReadonlySet<string> = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);
const passingNames: ReadonlySet<string> = new Set([
  "InternalServerError",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "TransactionInProgressException",
  // The SDK corrects its clock by the answer's date; the next attempt is signed with it.
  "RequestTimeTooSkewed",
  "InvalidSignatureException",
  "ExpiredTokenException",
]);

/** Whether the request was turned away before anything of it was done. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && throttledNames.has(error.name);
}

/** Whether the same request may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isThrottled(error) || passingNames.has(error.name)) return true;
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== undefined && status >= 400 && status < 500) return false;
  // No answer at all (refused, reset, timed out), or one that is not DynamoDB's: whether it was carried out is unknown.
  return true;
}
