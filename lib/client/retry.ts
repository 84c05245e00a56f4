import { ApiError } from "./api-error.ts";

export interface RetrySettings {
  /** Attempts in all, before the failure is thrown. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** From 0 to below 1. */
  random(): number;
}

export const usualRetry: RetrySettings = { attempts: 10, baseMs: 200, maxMs: 20_000, random: Math.random };

/** Whether the same request may succeed a moment later: too many of them, a fault over there, or no answer at all. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
  return error instanceof NetworkError;
}

/** No answer came: whether the request was carried out is not known. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super("no answer came: the network, or the name of the endpoint", { cause });
    this.name = "NetworkError";
  }
}

/**
 * Waits before the next attempt: exponential with full jitter, and at least as long as the answer says.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @throws the signal's reason
 */
export async function backOff(
  failed: number,
  error: unknown,
  { baseMs, maxMs, random }: RetrySettings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const least = error instanceof ApiError ? Math.min(maxMs, (error.retryAfter ?? 0) * 1000) : 0;
  await wait(Math.max(least, random() * Math.min(maxMs, baseMs * 2 ** failed)), signal);
}

/** @throws the last failure, where it does not pass or was the last attempt; the signal's reason */
export async function withRetry<T>(
  send: () => Promise<T>,
  settings: RetrySettings,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let failed = 0; ; failed++) {
    signal?.throwIfAborted();
    try {
      return await send();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || failed + 1 >= settings.attempts) throw error;
      await backOff(failed + 1, error, settings, signal);
    }
  }
}

/** @throws the signal's reason */
export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
