import { onTestFinished } from "vitest";
import { type Deadline, openDeadline } from "../../lib/core/deadline.ts";

/** A deadline that ends with the test. */
export function aDeadline(ms = 10_000): Deadline {
  const deadline = openDeadline(ms);
  onTestFinished(() => deadline.clear());
  return deadline;
}

/** A deadline of which so many milliseconds are left, whatever time it is. */
export function aDeadlineWith(leftMs: number): Deadline {
  return { ...aDeadline(), leftMs: () => leftMs };
}
