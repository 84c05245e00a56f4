/** A ratio of two medians of one run. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** The most that it may be; without one it is told only. */
  readonly target?: number;
}

/** What a bench found. Several tables may stand in one bench, one for each variant that was measured. */
export interface BenchTable {
  readonly title: string;
  /** The names of the columns of `values`. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly ratios: readonly Ratio[];
}

export interface BenchResult {
  readonly name: string;
  /** How it was measured, in one sentence. */
  readonly how: string;
  readonly setting: string;
  /** What was not measured here, each with its reason. */
  readonly leftOut?: readonly string[];
  readonly tables: readonly BenchTable[];
}

export interface BenchOptions {
  /** How often each thing is measured, where the caller wants another number than the bench's own. */
  readonly rounds?: number;
  /** The sources to measure, for a bench of several; all without it. */
  readonly only?: readonly string[];
}

export function missed(result: BenchResult): readonly Ratio[] {
  return result.tables
    .flatMap(({ ratios }) => ratios)
    .filter(({ value, target }) => target !== undefined && value > target);
}
