import type { ObjectStore } from "../aws/object-store.ts";
import { MigrationError } from "../core/errors.ts";
import { maxBatch } from "../core/import-batch.ts";
import { emptyTally, openCounter } from "../core/import-tally.ts";
import type { BatchRecord, RefusedRecord } from "./batch-file.ts";
import { batchKey, mostBatches, refusedKey } from "./keys.ts";
import type { ImportOrder } from "./run-detail.ts";

/** How many objects there are of each kind. */
export interface Written {
  readonly batches: number;
  readonly refused: number;
}

export interface BatchWriter {
  user(record: BatchRecord): Promise<void>;
  refuse(record: RefusedRecord): Promise<void>;
  /** Writes what is left, and answers how many objects there are now. */
  end(): Promise<Written>;
}

// A function's answer, and what it holds of one batch, stay small; a record that is longer is a batch by itself.
const mostCharacters = 1024 * 1024;
// One write after the other would be most of the time of ten million users.
const atOnce = 8;

/**
 * Puts records into objects of at most 500 records and a mebibyte of text. Where one ends depends on the records alone, so
 * that whoever is given the same ones again writes the same objects. They are numbered behind those of `before`.
 */
export function openBatchWriter(
  store: ObjectStore,
  id: string,
  { source, options }: Pick<ImportOrder, "source" | "options">,
  before: Written,
  signal: AbortSignal,
): BatchWriter {
  const writing = new Set<Promise<void>>();
  let fault: { readonly error: unknown } | undefined;

  async function write(key: string, text: string): Promise<void> {
    const one = store.write(key, text, signal).then(
      () => undefined,
      (error: unknown) => {
        fault ??= { error };
      },
    );
    writing.add(one);
    void one.finally(() => writing.delete(one));
    if (writing.size >= atOnce) await Promise.race(writing);
    if (fault !== undefined) throw fault.error;
  }

  const batches = openPacker<BatchRecord>(before.batches, async (texts, number) => {
    if (number > mostBatches) {
      throw new MigrationError("IMPORT_UNREADABLE", `more than ${mostBatches} batches: import the file in parts`);
    }
    const head = JSON.stringify({ source, options });
    await write(batchKey(id, number), `${head.slice(0, -1)},"records":[${texts.join(",")}]}`);
  });
  let counter = openCounter(emptyTally);
  const refused = openPacker<RefusedRecord>(before.refused, async (texts, number) => {
    const tally = counter.tally();
    counter = openCounter(emptyTally);
    await write(refusedKey(id, number), `{"tally":${JSON.stringify(tally)},"refused":[${texts.join(",")}]}`);
  });

  return {
    user: (record) => batches.add(record),
    async refuse(record) {
      await refused.add(record, () => counter.refuse(record.line, record.reason));
    },
    async end() {
      await batches.flush();
      await refused.flush();
      await Promise.all(writing);
      if (fault !== undefined) throw fault.error;
      return { batches: batches.count(), refused: refused.count() };
    },
  };
}

function openPacker<Record>(before: number, write: (texts: readonly string[], number: number) => Promise<void>) {
  let texts: string[] = [];
  let characters = 0;
  let count = before;

  async function flush(): Promise<void> {
    if (texts.length === 0) return;
    const full = texts;
    texts = [];
    characters = 0;
    count += 1;
    await write(full, count);
  }

  return {
    /** @param counted Called when the object before is written, and the record belongs to the next one. */
    async add(record: Record, counted: () => void = () => undefined): Promise<void> {
      const text = JSON.stringify(record);
      if (texts.length >= maxBatch || (texts.length > 0 && characters + text.length > mostCharacters)) await flush();
      texts.push(text);
      characters += text.length;
      counted();
    },
    flush,
    count: () => count,
  };
}
