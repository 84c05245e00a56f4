import type { GrowingObject, ObjectStore } from "../aws/object-store.ts";
import type { Task, TaskTime } from "../aws/task.ts";
import { MigrationError } from "../core/errors.ts";
import type { ImportRun, ImportRuns } from "../core/import-run.ts";
import type { ImportedUser } from "../core/imported-user.ts";
import { chooseFormat, headBytes, headerIn } from "../import-input/formats.ts";
import { openSeen, type Seen } from "../import-input/seen.ts";
import { mappedUser } from "./batch-file.ts";
import { openBatchWriter, type Written } from "./batch-writer.ts";
import { batchPrefix, fileKey, importOfUpload, numberIn, refusedPrefix, resultsPrefix, seenKey } from "./keys.ts";
import { type ImportOrder, orderOf } from "./run-detail.ts";

export interface SplitSetting {
  readonly store: ObjectStore;
  readonly runs: ImportRuns;
  /** The config's sources, the usual one first. */
  readonly sources: readonly string[];
  /** What no two users of one import may have in common. */
  names(user: ImportedUser): readonly string[];
  readonly now: () => Date;
}

/** What the state machine goes on with. */
export type SplitAnswer =
  /** Another execution has this import, or it is over, or nobody knows it: nothing is to be done. */
  | { readonly status: "over" }
  /** The time is nearly over: the same again, which goes on behind what is written. */
  | ({ readonly status: "more"; readonly from: Progress } & Upload)
  | ({
      readonly status: "split";
      readonly id: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly results: string;
      readonly batches: number;
    } & Upload);

interface Upload {
  readonly key: string;
  readonly etag: string;
}

/** What is done: so many records of the file, in so many objects. */
interface Progress extends Written {
  readonly records: number;
}

interface SplitEvent extends Upload {
  readonly id: string;
  /** Whoever has an import: the state machine's execution. */
  readonly execution: string;
  readonly from: Progress;
}

// To write what is left, and what the search for duplicates has on disk: a gigabyte for twenty million users.
const endMs = 120_000;
// What the ledger has for an answer about the run itself.
const runMs = 10_000;
// The item's lease is two minutes.
const saveMs = 30_000;

/** Splits an uploaded file into batches of distinct users, and sets aside the records that nobody has to look at again. */
export function splitTask(setting: SplitSetting): Task {
  return {
    name: "split-import",
    run: (event, { remainingMs, signal }) =>
      splitImport(event, { isLate: () => remainingMs() < endMs, signal }, setting),
  };
}

export interface SplitTime extends Pick<TaskTime, "signal"> {
  /** Whether it is time to answer `more`. */
  isLate(): boolean;
}

/**
 * As `splitTask`; memory stays flat, the search for duplicates is on disk. What goes on after `more` reads the file from
 * its beginning, and passes by the records that are done.
 * @throws MigrationError EVENT_INVALID, CONFIG_INVALID, IMPORT_UNREADABLE, STORAGE_UNAVAILABLE, LEDGER_UNAVAILABLE
 */
export async function splitImport(
  given: unknown,
  { isLate, signal }: SplitTime,
  setting: SplitSetting,
): Promise<SplitAnswer> {
  const event = parseEvent(given);
  const { id, key, etag, execution, from } = event;
  const { store, runs, sources, now } = setting;
  const run = await takeImport(event, setting);
  if (run === undefined) return { status: "over" };
  const order = orderOf(run, sources);
  const file = await openUpload(store, event, order, signal);
  const facts = file.header === undefined ? {} : { header: file.header };
  await store.write(fileKey(id), JSON.stringify(facts), signal);

  const saved = from.records === 0 ? undefined : await store.stream(seenKey(id, from.records), undefined, signal);
  const seen = await openSeen(saved);
  const writer = openBatchWriter(store, id, order, from, signal);
  let savedAt = performance.now();
  let number = 0;
  try {
    for await (const record of file.records) {
      if (isLate()) {
        if (number <= from.records) throw tooLong(number);
        const records = number;
        const written = await writer.end();
        await saveSeen(seen, store.open(seenKey(id, records), signal));
        return { status: "more", key, etag, from: { ...written, records } };
      }
      if (performance.now() - savedAt > saveMs) {
        await runs.save({ ...run, updatedAt: now().toISOString() }, execution, AbortSignal.timeout(runMs));
        savedAt = performance.now();
      }
      number += 1;
      if (number <= from.records) continue;
      const { line, raw } = record;
      if (record.kind === "refused") {
        await writer.refuse({ number, line, reason: record.reason, raw });
        continue;
      }
      const user = { ...record.user, source: order.source };
      if (seen.add(setting.names(user), line) === undefined) {
        await writer.user({ number, line, raw, user: mappedUser(user) });
      } else {
        await writer.refuse({ number, line, reason: "an id or identifier that stands in the file before", raw });
      }
    }
    const written = await writer.end();
    await removeStale(id, written, store, signal);
    const prefix = batchPrefix(id);
    const results = `${resultsPrefix(id)}map/`;
    return { status: "split", id, key, etag, bucket: store.bucket, prefix, results, batches: written.batches };
  } finally {
    await seen.close();
  }
}

function tooLong(number: number): MigrationError {
  return new MigrationError(
    "IMPORT_UNREADABLE",
    `the function's time is over before it comes behind record ${number}: import the file in parts`,
  );
}

async function saveSeen(seen: Seen, object: GrowingObject): Promise<void> {
  try {
    for await (const chunk of seen.save()) await object.add(chunk);
    await object.end();
  } catch (error) {
    await object.cancel().catch(() => undefined);
    throw error;
  }
}

/** A call that was ended and called again may have been cut at an earlier record, and have fewer objects. */
async function removeStale(id: string, written: Written, store: ObjectStore, signal: AbortSignal): Promise<void> {
  const kinds = [
    { prefix: batchPrefix(id), last: written.batches },
    { prefix: refusedPrefix(id), last: written.refused },
  ];
  for (const { prefix, last } of kinds) {
    for await (const keys of store.list(prefix, signal)) {
      await store.remove(
        keys.filter((key) => numberIn(key) > last),
        signal,
      );
    }
  }
}

/** @throws MigrationError EVENT_INVALID */
function parseEvent(given: unknown): SplitEvent {
  const { key, etag, execution, from }: Readonly<Record<string, unknown>> = { ...(given as object) };
  const { batches, refused, records }: Readonly<Record<string, unknown>> = { ...(from as object) };
  const id = importOfUpload(key);
  if (id === undefined || typeof etag !== "string" || typeof execution !== "string") {
    throw new MigrationError("EVENT_INVALID", "not the state machine's event: `key`, `etag` and `execution`");
  }
  const count = (value: unknown) => (Number.isSafeInteger(value) ? Number(value) : 0);
  return {
    id,
    key: String(key),
    etag,
    execution,
    from: { batches: count(batches), refused: count(refused), records: count(records) },
  };
}

/**
 * Takes the import for this execution, for good: an upload may be told twice, and a file may be uploaded again while the
 * first one is at work.
 */
async function takeImport({ id, execution }: SplitEvent, { runs, now }: SplitSetting): Promise<ImportRun | undefined> {
  const signal = AbortSignal.timeout(runMs);
  const there = await runs.read(id, signal);
  if (there === undefined) return undefined;
  const mine = there.state === "running" && there.detail.execution === execution;
  if (there.state !== "waiting" && !mine) return undefined;
  const taken = await runs.take(there, execution, signal);
  // Between both calls another one may have been faster.
  if (taken.kind === "busy" || (taken.run.state !== "waiting" && taken.run.detail.execution !== execution)) {
    return undefined;
  }
  const at = now().toISOString();
  const run: ImportRun = {
    ...taken.run,
    state: "running",
    detail: { ...taken.run.detail, execution },
    updatedAt: at,
  };
  return (await runs.save(run, execution, signal)) ? run : undefined;
}

async function openUpload(store: ObjectStore, { key, etag }: SplitEvent, order: ImportOrder, signal: AbortSignal) {
  const bytes = (await store.stream(key, etag, signal))[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < headBytes) {
    const { done, value } = await bytes.next();
    if (done === true) break;
    first.push(value);
    length += value.byteLength;
  }
  const head = Buffer.concat(first).subarray(0, headBytes);
  const format = chooseFormat(head, order.name, order.format);

  async function* all(): AsyncGenerator<Uint8Array> {
    yield* first.splice(0);
    try {
      for (;;) {
        const { done, value } = await bytes.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await bytes.return?.();
    }
  }

  return { header: headerIn(head, format.name), records: format.read(all()) };
}
