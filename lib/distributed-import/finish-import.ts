import type { ObjectStore } from "../aws/object-store.ts";
import type { Task, TaskTime } from "../aws/task.ts";
import { MigrationError } from "../core/errors.ts";
import type { ImportRun, ImportRuns } from "../core/import-run.ts";
import { addTallies, emptyTally, type Tally } from "../core/import-tally.ts";
import { parseBatchFile, parseFileFacts, parseResultFile, type RefusedRecord, type ResultFile } from "./batch-file.ts";
import { codeOf, messageOf, refusedFor } from "./import-batch-file.ts";
import {
  batchPrefix,
  fileKey,
  importOfUpload,
  parseBatchKey,
  reasonsKey,
  recordsKey,
  refusedPrefix,
  resultKey,
  resultsPrefix,
  uploadKey,
  workPrefix,
} from "./keys.ts";
import { openRefusedObjects } from "./refused-objects.ts";

export interface FinishSetting {
  readonly store: ObjectStore;
  readonly runs: ImportRuns;
  readonly now: () => Date;
}

/** What the state machine's execution ends with. */
export interface FinishAnswer {
  readonly state: ImportRun["state"] | "over";
}

/** Ends an import: sums what its batches came to, writes what was refused, and takes away all that had users in it. */
export function finishTask(setting: FinishSetting): Task {
  return { name: "finish-import", run: (event, time) => finishImport(event, time, setting) };
}

/**
 * As `finishTask`. It may be called again at any time: the item says whether only the clearing up is left.
 * @throws MigrationError EVENT_INVALID, IMPORT_UNREADABLE, STORAGE_UNAVAILABLE, LEDGER_UNAVAILABLE
 */
export async function finishImport(
  event: unknown,
  { signal }: Pick<TaskTime, "signal">,
  setting: FinishSetting,
): Promise<FinishAnswer> {
  const { key, execution, error }: Readonly<Record<string, unknown>> = { ...(event as object) };
  const id = importOfUpload(key);
  if (id === undefined || typeof execution !== "string") {
    throw new MigrationError("EVENT_INVALID", "not the state machine's event: `key` and `execution`");
  }
  const { runs, store } = setting;
  const run = await ownRun(id, execution, setting);
  // The import is another execution's, which has the same objects: nothing of it may be touched.
  if (run === undefined) return { state: "over" };
  let { state } = run;
  if (state === "running") {
    state = error === undefined ? "finished" : "failed";
    const tally = await sumUp(id, error === undefined ? "NOT_RUN" : codeOf(error), store, signal);
    const told = error === undefined ? {} : { fault: messageOf(error) ?? codeOf(error) };
    const updatedAt = setting.now().toISOString();
    const ended: ImportRun = {
      ...run,
      state,
      settled: tally.read,
      tally,
      detail: { ...run.detail, ...told },
      updatedAt,
    };
    if (!(await runs.release(ended, execution, AbortSignal.timeout(runMs)))) return { state: "over" };
  }
  await clear([workPrefix(id), resultsPrefix(id)], store, signal);
  await store.remove([uploadKey(id)], signal);
  return { state };
}

const runMs = 10_000;

/** The import's item where it is this execution's. One that failed before it had an import takes it now. */
async function ownRun(id: string, execution: string, { runs, now }: FinishSetting): Promise<ImportRun | undefined> {
  const signal = AbortSignal.timeout(runMs);
  const there = await runs.read(id, signal);
  if (there === undefined) return undefined;
  if (there.detail.execution === execution) return there;
  if (there.state !== "waiting") return undefined;
  const taken = await runs.take(there, execution, signal);
  if (taken.kind === "busy" || taken.run.state !== "waiting") return undefined;
  const detail = { ...taken.run.detail, execution };
  const run: ImportRun = { ...taken.run, state: "running", detail, updatedAt: now().toISOString() };
  return (await runs.save(run, execution, signal)) ? run : undefined;
}

/**
 * The sum of all that the file's records came to, once the refused ones are written. A batch without a result was not
 * run to its end: its records are refused with this code.
 */
async function sumUp(id: string, code: string, store: ObjectStore, signal: AbortSignal): Promise<Tally> {
  const facts = await store.read(fileKey(id), signal);
  const { header } = facts === undefined ? {} : parseFileFacts(facts, fileKey(id));
  const refused = openRefusedObjects(store, { records: recordsKey(id), reasons: reasonsKey(id) }, header, signal);
  let tally = emptyTally;

  async function* recordsOf(prefix: string, load: (key: string) => Promise<ResultFile>): AsyncGenerator<RefusedRecord> {
    for await (const result of inOrder(keysIn(prefix, store, signal), load)) {
      tally = addTallies(tally, result.tally);
      yield* result.refused;
    }
  }

  const read = async (key: string) => parseResultFile((await store.read(key, signal)) ?? "", key);
  try {
    const [set, batches] = [
      recordsOf(refusedPrefix(id), read),
      recordsOf(batchPrefix(id), (key) => resultOf(key, code, store, signal)),
    ];
    for await (const record of merged(set, batches)) await refused.write(record);
    await refused.end();
  } catch (error) {
    await refused.cancel().catch(() => undefined);
    throw error;
  }
  return tally;
}

async function resultOf(key: string, code: string, store: ObjectStore, signal: AbortSignal): Promise<ResultFile> {
  const { id, number } = parseBatchKey(key) ?? { id: "", number: 0 };
  const result = await store.read(resultKey(id, number), signal);
  if (result !== undefined) return parseResultFile(result, key);
  const batch = parseBatchFile((await store.read(key, signal)) ?? "", key);
  return refusedFor(batch.records, code);
}

async function* keysIn(prefix: string, store: ObjectStore, signal: AbortSignal): AsyncGenerator<string> {
  for await (const page of store.list(prefix, signal)) yield* page;
}

// Each is a mebibyte at most, twice that with what its records became.
const ahead = 16;

/** What the keys lead to, in their order, some of it read before it is asked for. */
async function* inOrder<T>(keys: AsyncIterable<string>, load: (key: string) => Promise<T>): AsyncGenerator<T> {
  const loading: Promise<T>[] = [];
  for await (const key of keys) {
    const next = load(key);
    // Awaited in its turn; until then a failure must not count as unhandled.
    next.catch(() => undefined);
    loading.push(next);
    const first = loading.length < ahead ? undefined : loading.shift();
    if (first !== undefined) yield await first;
  }
  for (const one of loading) yield await one;
}

/** Two lists of records as one, in the file's order. Each is in it already. */
async function* merged(
  a: AsyncGenerator<RefusedRecord>,
  b: AsyncGenerator<RefusedRecord>,
): AsyncGenerator<RefusedRecord> {
  let [first, second] = [await a.next(), await b.next()];
  while (first.done !== true || second.done !== true) {
    if (second.done === true || (first.done !== true && first.value.number < second.value.number)) {
      yield first.value;
      first = await a.next();
    } else {
      yield second.value;
      second = await b.next();
    }
  }
}

async function clear(prefixes: readonly string[], store: ObjectStore, signal: AbortSignal): Promise<void> {
  for (const prefix of prefixes) {
    for await (const page of store.list(prefix, signal)) await store.remove(page, signal);
  }
}
