import type { ChaosResult } from "./chaos-run.ts";
import { isDeed } from "./history.ts";

/** What came of a run: how often what was said, how much trouble there was, and each broken promise. */
export function reportOf({ history, violations }: ChaosResult): string {
  const counts = new Map<string, number>();
  for (const entry of history) {
    const what = isDeed(entry) ? `${entry.kind}: ${entry.said}` : entry.kind;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [
    ...[...counts].sort().map(([what, count]) => `${String(count).padStart(6)}  ${what}`),
    violations.length === 0 ? "every promise was kept" : `broken: ${violations.length}`,
    ...violations,
  ].join("\n");
}
