import { readFileSync } from "node:fs";
import type { Outcome } from "../../lib/core/outcome.ts";
import type { Hook } from "../../lib/core/ports.ts";
import { exportName, members } from "../../scripts/lists.ts";

/** One event in, what it asks, an outcome, and exactly what goes out: an answer, or an error with this sentence. */
export interface GoldenPair {
  readonly title: string;
  readonly event: Readonly<Record<string, unknown>> & { readonly triggerSource: string };
  /** As JSON: a password is `[secret]`. */
  readonly request: unknown;
  readonly outcome: Outcome;
  readonly answer?: unknown;
  readonly refusal?: string;
}

interface GoldenPairs {
  /** The vendor's page that shows the event's shape. */
  readonly source: string;
  readonly pairs: readonly GoldenPair[];
}

/** Every hook of lib/hooks, by file name. */
export const hookNames = members("hooks");

export async function loadHook(name: string): Promise<Hook<unknown, unknown>> {
  const module: Record<string, Hook<unknown, unknown>> = await import(`../../lib/hooks/${name}.ts`);
  const hook = module[exportName(name)];
  if (hook === undefined) throw new Error(`lib/hooks/${name}.ts does not export ${exportName(name)}`);
  return hook;
}

/** The pairs in events/NAME.json. */
export function readPairs(name: string): GoldenPairs {
  return JSON.parse(readFileSync(new URL(`events/${name}.json`, import.meta.url), "utf8"));
}
