import type { Invoked } from "./lambda.ts";

/** As much of a stream's record as the mapping has to know. */
interface MappedRecord {
  readonly dynamodb: { readonly SequenceNumber: string };
}

export interface StreamMappingOptions<Record extends MappedRecord> {
  readonly invoke: (event: { readonly Records: readonly Record[] }) => Promise<Invoked>;
  readonly batchSize?: number;
  /** How often a batch is delivered before the record that fails is left out. */
  readonly maxAttempts?: number;
  readonly onLeftOut?: (record: Record) => void;
}

export interface StreamMapping<Record> {
  push(record: Record): void;
  /** Resolves when all records are delivered or left out. */
  idle(): Promise<void>;
  /** Delivers nothing more. */
  stop(): void;
}

/**
 * Lambda's event source mapping of one shard: records in their order, in batches; one that the function reports
 * (ReportBatchItemFailures), or a batch whose function failed, is delivered again with all behind it.
 */
export function openStreamMapping<Record extends MappedRecord>({
  invoke,
  batchSize = 10,
  maxAttempts = 8,
  onLeftOut = () => undefined,
}: StreamMappingOptions<Record>): StreamMapping<Record> {
  let queue: readonly Record[] = [];
  let running: Promise<void> | undefined;
  let stopped = false;

  async function drain(): Promise<void> {
    let attempt = 0;
    while (queue.length > 0 && !stopped) {
      const batch = queue.slice(0, batchSize);
      const done = doneOf(batch, await invoke({ Records: batch }));
      queue = queue.slice(done);
      if (done === batch.length) {
        attempt = 0;
        continue;
      }
      attempt = done > 0 ? 1 : attempt + 1;
      const [failed] = queue;
      if (attempt >= maxAttempts && failed !== undefined) {
        onLeftOut(failed);
        queue = queue.slice(1);
        attempt = 0;
      } else await new Promise((resolve) => setTimeout(resolve, Math.min(2000, 50 * 2 ** attempt)).unref());
    }
  }

  return {
    push(record) {
      queue = [...queue, record];
      running ??= drain().finally(() => {
        running = undefined;
      });
    },
    async idle() {
      while (running !== undefined) await running;
    },
    stop() {
      stopped = true;
    },
  };
}

/** How many of a batch, from its beginning, are done with. */
function doneOf(batch: readonly MappedRecord[], invoked: Invoked): number {
  if (invoked.kind === "error") return 0;
  const { batchItemFailures } = (invoked.payload ?? {}) as { readonly batchItemFailures?: unknown };
  if (!Array.isArray(batchItemFailures) || batchItemFailures.length === 0) return batch.length;
  const failed = batchItemFailures.map((one: { readonly itemIdentifier?: unknown } | undefined) => one?.itemIdentifier);
  const first = batch.findIndex(({ dynamodb }) => failed.includes(dynamodb.SequenceNumber));
  // An identifier that is none of the batch's fails the whole of it.
  return Math.max(0, first);
}
