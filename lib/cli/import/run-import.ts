import {
  type BatchAnswer,
  type BatchServices,
  importBatch,
  importTurns,
  maxBatch,
  namesOf,
} from "../../core/import-batch.ts";
import type { Counter } from "../../core/import-tally.ts";
import type { ImportAnswer } from "../../core/import-user.ts";
import type { ImportedUser } from "../../core/imported-user.ts";
import type { ImportRecord } from "../../core/ports.ts";
import type { Seen } from "../../import-input/seen.ts";

export type PendingUser = Extract<ImportAnswer, { readonly kind: "pending" }>;

export interface RecordsRun {
  readonly records: AsyncIterable<ImportRecord>;
  /** How many of them a run before has settled: they are passed by. */
  readonly settled: number;
  /** The source that the users are of: with its live twin a user has one row. */
  readonly source: string;
  readonly plan: boolean;
  readonly services: BatchServices;
  readonly seen: Seen;
  readonly counter: Counter;
  /** Gets each refused record, as it stood in the file. */
  onRefused(line: number, reason: string, raw: string): Promise<void>;
  /** Gets each user whom the platform's own import is to take. */
  onPending(line: number, user: PendingUser): Promise<void>;
  onProgress(): void;
  /** All records so far are settled. */
  onSettled(count: number): Promise<void>;
  /** Ends the run after what is under way. */
  readonly stop: AbortSignal;
}

// Records have a MiB at most, so that a batch of the longest ones still fits.
const maxBatchCharacters = 8 * 1024 * 1024;

type Turn =
  | { readonly kind: "user"; readonly line: number; readonly raw: string; readonly user: ImportedUser }
  | { readonly kind: "refused"; readonly line: number; readonly raw: string; readonly reason: string };

/**
 * Takes every record of a file, in batches: while one is written the next is read, and is settled behind it. A record's own
 * fault is counted and the rest goes on; a fault of the ledger, the vault or the platform ends the run, and running it
 * again goes on where it ended.
 */
export async function runRecords(run: RecordsRun): Promise<void> {
  const { records, settled, source, seen, services } = run;
  const failed = new AbortController();
  const stop = AbortSignal.any([run.stop, failed.signal]);
  const turns = importTurns();
  let read = 0;
  let batch: Turn[] = [];
  let characters = 0;
  let [beforeLast, before] = [Promise.resolve(true), Promise.resolve(true)];
  let fault: { readonly error: unknown } | undefined;

  function fail(error: unknown): undefined {
    fault ??= { error };
    failed.abort();
  }

  function turnOf(record: ImportRecord): Turn {
    if (record.kind === "refused") return record;
    const { line, raw } = record;
    const user = { ...record.user, source };
    const first = seen.add(namesOf(user, services), line);
    if (first === undefined) return { kind: "user", line, raw, user };
    return { kind: "refused", line, raw, reason: "an id or identifier that stands in the file before" };
  }

  /** @returns whether it, and all before it, are settled. */
  async function take(taken: readonly Turn[], upTo: number, last: Promise<boolean>): Promise<boolean> {
    const users = taken.flatMap((one) => (one.kind === "user" ? [one.user] : []));
    const answering = users.length === 0 ? [] : importBatch(users, services, { plan: run.plan, stop, turns });
    const answered = Promise.resolve(answering).catch(fail);
    if (!(await last)) return false;
    const answers = await answered;
    if (answers === undefined) return false;
    try {
      if (!(await settle(taken, answers, run))) return false;
      await run.onSettled(upTo);
      return true;
    } catch (error) {
      return fail(error) ?? false;
    }
  }

  /** Begins a batch when the last but one is settled. */
  async function next(): Promise<boolean> {
    if (!(await beforeLast)) return false;
    beforeLast = before;
    before = take(batch, read, beforeLast);
    batch = [];
    characters = 0;
    return true;
  }

  for await (const record of records) {
    if (stop.aborted) break;
    const turn = turnOf(record);
    read += 1;
    if (read <= settled) continue;
    batch.push(turn);
    characters += turn.raw.length;
    if (batch.length < maxBatch && characters < maxBatchCharacters) continue;
    if (!(await next())) break;
  }
  if (batch.length > 0 && !stop.aborted) await next();
  await before;
  if (fault !== undefined) throw fault.error;
}

/** @returns false where the batch was ended before its last user. */
async function settle(turns: readonly Turn[], answers: readonly BatchAnswer[], run: RecordsRun): Promise<boolean> {
  const { counter } = run;
  const next = answers.values();
  let whole = true;
  for (const turn of turns) {
    const answer: BatchAnswer = turn.kind === "user" ? (next.next().value ?? { kind: "left" }) : turn;
    const { line, raw } = turn;
    if (answer.kind === "left") {
      whole = false;
    } else if (answer.kind === "refused") {
      counter.refuse(line, answer.reason);
      await run.onRefused(line, answer.reason, raw);
    } else {
      if (turn.kind === "user") counter.add(line, turn.user, answer);
      if (answer.kind === "pending") await run.onPending(line, answer);
    }
    run.onProgress();
  }
  return whole;
}
