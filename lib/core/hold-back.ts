import type { Deadline } from "./deadline.ts";
import { sleep } from "./sleep.ts";

/**
 * Waits until a whole multiple of `stepMs` has passed since `startedAt`, so that answers that took different work are
 * alike in time. One decoy cannot match formats of different cost; a common step can. Waits no longer than the deadline.
 * @param startedAt By `performance.now()`.
 */
export async function holdBack(startedAt: number, stepMs: number, deadline: Deadline): Promise<void> {
  if (stepMs === 0) return;
  const spent = performance.now() - startedAt;
  const target = Math.ceil(spent / stepMs) * stepMs;
  const wait = Math.min(target - spent, deadline.leftMs());
  await sleep(wait);
}
