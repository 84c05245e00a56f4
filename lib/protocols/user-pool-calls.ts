import { MigrationError } from "../core/errors.ts";
import { sleep } from "../core/sleep.ts";

/**
 * One call of the pool's service.
 * @throws the signal's reason once it has aborted, else MigrationError PLATFORM_UNAVAILABLE with the service's own
 *   sentence: it is the one that helps (a role that may not be passed, a pool that takes no hashes).
 */
export async function asked<T>(what: string, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(what, error);
  }
}

export interface Patience {
  readonly signal: AbortSignal;
  /** Between two tries, milliseconds. */
  readonly pollMs: number;
  readonly waitMs: number;
}

/** As `asked`, again and again as long as something that passes stands in the way. */
export async function askedPatiently<T>(
  what: string,
  { signal, pollMs, waitMs }: Patience,
  ask: () => Promise<T>,
  standsInTheWay: (error: unknown) => Promise<boolean>,
): Promise<T> {
  for (let waited = 0; ; waited += pollMs) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (waited >= waitMs || !(await standsInTheWay(error))) throw unavailable(what, error);
    }
    await pause(pollMs, signal);
  }
}

/** What the service answers while another import job runs in the account; the API reference does not say which it is. */
export function isBusy(error: unknown): boolean {
  const names = ["PreconditionNotMetException", "LimitExceededException"];
  return error instanceof Error && names.includes(error.name);
}

/** @throws the signal's reason when it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, signal);
  signal.throwIfAborted();
}

function unavailable(what: string, error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : "an unknown error";
  return new MigrationError("PLATFORM_UNAVAILABLE", `cognito: ${what}: ${reason}`, { cause: error });
}
