import type { ObjectStore } from "../aws/object-store.ts";
import { type Task, type TaskTime, Unfinished } from "../aws/task.ts";
import { isRecordFault, MigrationError } from "../core/errors.ts";
import type { BatchAnswer } from "../core/import-batch.ts";
import type { ImportOptions } from "../core/import-options.ts";
import { openCounter } from "../core/import-tally.ts";
import type { ImportedUser } from "../core/imported-user.ts";
import {
  type BatchFile,
  type BatchRecord,
  parseBatchFile,
  parseResultFile,
  type RefusedRecord,
  type ResultFile,
  userOf,
} from "./batch-file.ts";
import { parseBatchKey, resultKey } from "./keys.ts";

export interface BatchSetting {
  readonly store: ObjectStore;
  batch(users: readonly ImportedUser[], options: ImportOptions, stop: AbortSignal): Promise<readonly BatchAnswer[]>;
}

/** What the state machine keeps of a batch. */
export interface BatchDone {
  readonly read: number;
  readonly refused: number;
}

// For the writes that are under way, and the result.
const endMs = 10_000;

/**
 * Imports one batch, or says of all its records that they could not be imported, for the event that says so. A batch
 * that has a result is not looked at again: an answer may be lost.
 */
export function batchTask(setting: BatchSetting): Task {
  return {
    name: "import-batch",
    run: (event, { remainingMs, signal }) =>
      importBatchFile(event, { stop: AbortSignal.timeout(Math.max(0, remainingMs() - endMs)), signal }, setting),
  };
}

export interface BatchTime extends Pick<TaskTime, "signal"> {
  /** Ends the batch after what is under way. */
  readonly stop: AbortSignal;
}

/**
 * As `batchTask`.
 * @throws Unfinished where `stop` came before the last user; MigrationError as `importBatch` does, besides EVENT_INVALID,
 *   IMPORT_UNREADABLE and STORAGE_UNAVAILABLE
 */
export async function importBatchFile(
  event: unknown,
  { stop, signal }: BatchTime,
  { store, batch }: BatchSetting,
): Promise<BatchDone> {
  const { key, error }: Readonly<Record<string, unknown>> = { ...(event as object) };
  const place = parseBatchKey(key);
  if (place === undefined) throw new MigrationError("EVENT_INVALID", "not the state machine's event: `key` of a batch");
  const result = resultKey(place.id, place.number);
  const before = await store.read(result, signal);
  if (before !== undefined) return doneOf(parseResultFile(before, result));

  const text = await store.read(String(key), signal);
  if (text === undefined) throw new MigrationError("IMPORT_UNREADABLE", `${key}: the batch is not there`);
  const file = parseBatchFile(text, String(key));
  const made = error === undefined ? await imported(file, batch, stop) : refusedFor(file.records, codeOf(error));
  await store.write(result, JSON.stringify(made), signal);
  return doneOf(made);
}

async function imported(
  { source, options, records }: BatchFile,
  batch: BatchSetting["batch"],
  stop: AbortSignal,
): Promise<ResultFile> {
  const turns = records.map((record) => turnOf(record, source));
  const users = turns.flatMap((one) => (one.kind === "user" ? [one.user] : []));
  const answers = (users.length === 0 ? [] : await batch(users, options, stop)).values();
  const counter = openCounter();
  const refused: RefusedRecord[] = [];
  let left = 0;
  for (const turn of turns) {
    const { number, line, raw } = turn.record;
    const answer: BatchAnswer = turn.kind === "user" ? (answers.next().value ?? { kind: "left" }) : turn;
    if (answer.kind === "left") {
      left += 1;
    } else if (answer.kind === "refused") {
      counter.refuse(line, answer.reason);
      refused.push({ number, line, reason: answer.reason, raw });
    } else if (turn.kind === "user") {
      counter.add(line, turn.user, answer);
    }
  }
  if (left > 0) throw new Unfinished(`${left} of ${records.length} users were left: the function's time was over`);
  return { tally: counter.tally(), refused };
}

type Turn =
  | { readonly kind: "user"; readonly record: BatchRecord; readonly user: ImportedUser }
  | { readonly kind: "refused"; readonly record: BatchRecord; readonly reason: string };

function turnOf(record: BatchRecord, source: string): Turn {
  try {
    return { kind: "user", record, user: userOf(record, source) };
  } catch (error) {
    if (!isRecordFault(error)) throw error;
    return { kind: "refused", record, reason: error.message };
  }
}

/** All records of a batch that could not be imported. */
export function refusedFor(records: readonly BatchRecord[], code: string): ResultFile {
  const counter = openCounter();
  const reason = `the batch could not be imported: ${code}`;
  const refused = records.map(({ number, line, raw }) => {
    counter.refuse(line, reason);
    return { number, line, reason, raw };
  });
  return { tally: counter.tally(), refused };
}

/**
 * The code of what a state machine caught: a MigrationError's, where the function had one to tell, else the error's name.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function codeOf(caught: unknown): string {
  const { Error: name }: Readonly<Record<string, unknown>> = { ...(caught as object) };
  const code = /^([A-Z_]{3,40}): /.exec(messageOf(caught) ?? "")?.[1];
  return code ?? (typeof name === "string" && /^[\w.-]{1,80}$/.test(name) ? name : "States.Unknown");
}

/** The function's own words in what was caught: `Cause` is a function's error as JSON, or a sentence of the service. */
export function messageOf(caught: unknown): string | undefined {
  const { Cause: cause }: Readonly<Record<string, unknown>> = { ...(caught as object) };
  try {
    const { errorMessage }: Readonly<Record<string, unknown>> = { ...JSON.parse(String(cause)) };
    return typeof errorMessage === "string" ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}

function doneOf({ tally }: ResultFile): BatchDone {
  return { read: tally.read, refused: tally.refused };
}
