import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import type { ImportRun } from "../../lib/core/import-run.ts";
import { emptyTally } from "../../lib/core/import-tally.ts";
import type { ImportedUser } from "../../lib/core/imported-user.ts";
import type { SplitSetting } from "../../lib/distributed-import/split-import.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aBucket } from "./bucket.ts";

/** What the parts of a distributed import need, without functions around them. It ends with the test. */
export async function aSetting() {
  const bench = await anEmbeddedLedger();
  const objects = await aBucket();
  onTestFinished(() => objects.stop());
  const now = () => new Date();
  const runs = openImportRuns({ table: bench.table, client: bench.client, now });
  const names = ({ id, attributes }: ImportedUser) => [`id ${id}`, attributes.email ?? ""];
  const split: SplitSetting = { store: objects.store, runs, sources: ["shop"], names, now };
  return {
    ...bench,
    objects,
    runs,
    split,
    /** An import that waits for nothing but what the state machine does; answers the event of its split. */
    async upload(file: string | Uint8Array, detail: ImportRun["detail"] = {}) {
      const id = randomUUID();
      const at = now().toISOString();
      const fresh = { settled: 0, tally: emptyTally, detail: { by: "api", ...detail }, startedAt: at, updatedAt: at };
      await runs.take({ id, state: "waiting", ...fresh }, "api", soon());
      await runs.release({ id, state: "waiting", ...fresh }, "api", soon());
      const key = `uploads/${id}`;
      await objects.put(key, file);
      return { id, key, etag: await objects.etag(key), execution: "execution-1" };
    },
  };
}

export const soon = () => AbortSignal.timeout(20_000);

/** Time enough. */
export const unhurried = () => ({ isLate: () => false, signal: soon() });
