import type { Tally } from "./import-tally.ts";

/** How far one import is. */
export interface ImportRun {
  readonly id: string;
  /** `waiting` for its file, at work (or ended, to be gone on with), over, or given up. */
  readonly state: "waiting" | "running" | "finished" | "failed";
  /** How many records from the beginning are settled: all of them, whatever became of each. */
  readonly settled: number;
  /** What became of those. */
  readonly tally: Tally;
  /** What whoever runs it needs to go on: JSON. */
  readonly detail: Readonly<Record<string, string | number>>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly updatedAt: string;
}

export type Taken =
  | { readonly kind: "taken"; readonly run: ImportRun }
  /** Another process is at it, and has until then before it counts as ended. */
  | { readonly kind: "busy"; readonly until: Date; readonly owner: string };

/** Where imports are written down. Each method is cut by its signal and throws MigrationError LEDGER_UNAVAILABLE. */
export interface ImportRuns {
  read(id: string, signal: AbortSignal): Promise<ImportRun | undefined>;
  /** Writes a new import down, which whoever comes first may take. */
  create(run: ImportRun, signal: AbortSignal): Promise<void>;
  /** Takes an import, as it was left; one that is not there yet begins as `fresh`. */
  take(fresh: ImportRun, owner: string, signal: AbortSignal): Promise<Taken>;
  /** Writes down how far it is, and keeps it for its owner. @returns false where it has been taken by another one. */
  save(run: ImportRun, owner: string, signal: AbortSignal): Promise<boolean>;
  /** Writes it down and lets it go. @returns as `save` does */
  release(run: ImportRun, owner: string, signal: AbortSignal): Promise<boolean>;
}
