import type { ObjectStore } from "../aws/object-store.ts";
import { encodeLossless } from "../protocols/lossless-text.ts";
import type { RefusedRecord } from "./batch-file.ts";

/** What could not be taken, in the input's own form, and why: two objects, which are there from `end` on. */
export interface RefusedObjects {
  write(record: RefusedRecord): Promise<void>;
  /** Nothing is written where nothing was refused. */
  end(): Promise<void>;
  cancel(): Promise<void>;
}

/**
 * As `samekey import` writes its files: byte for byte what stood there, a list of JSON objects as lines of them.
 * @param header The first line of a file whose columns stand there.
 */
export function openRefusedObjects(
  store: ObjectStore,
  keys: { readonly records: string; readonly reasons: string },
  header: string | undefined,
  signal: AbortSignal,
): RefusedObjects {
  const [records, reasons] = [store.open(keys.records, signal), store.open(keys.reasons, signal)];
  let begun = false;
  return {
    async write({ line, reason, raw }) {
      if (!begun && header !== undefined) await records.add(Buffer.from(`${header}\n`, "utf8"));
      begun = true;
      await records.add(encodeLossless(`${raw.replace(/\r?\n$/, "")}\n`));
      await reasons.add(Buffer.from(`line ${line}: ${reason}\n`, "utf8"));
    },
    async end() {
      if (!begun) return;
      await records.end();
      await reasons.end();
    },
    async cancel() {
      await Promise.all([records.cancel(), reasons.cancel()]);
    },
  };
}
