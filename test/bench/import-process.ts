// One writer, one file, one server, in a process of its own: import.ts forks it.

import { randomBytes, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { argv } from "node:process";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { OneShotSha256 } from "../../lib/aws/one-shot-sha256.ts";
import { runRecords } from "../../lib/cli/import/run-import.ts";
import { defineMigration } from "../../lib/config/define-migration.ts";
import { usualImportOptions } from "../../lib/core/import-options.ts";
import type { ImportRun } from "../../lib/core/import-run.ts";
import { emptyTally, openCounter } from "../../lib/core/import-tally.ts";
import type { WrappingKey } from "../../lib/core/vault-ports.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { openSeen } from "../../lib/import-input/seen.ts";
import { openImporter } from "../../lib/importer.ts";
import { ndjson } from "../../lib/imports/ndjson.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { importBare } from "./bare-import.ts";

export interface ImportSample {
  readonly users: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

const [who = "", file = "", table = "", endpoint = "", width = "16"] = argv.slice(2);
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const settings = { endpoint, region: "us-east-1", credentials };
// As lib/cli/ledger-table.ts opens it.
const client = new DynamoDBClient(who === "samekey" ? { ...settings, sha256: OneShotSha256 } : settings);

// A call to KMS for a thousand users is none that could be seen here.
const key: WrappingKey = {
  id: "alias/bench",
  makeDataKey: async () => ({ plain: randomBytes(32), sealed: randomBytes(184) }),
  openDataKey: async (sealed) => sealed.subarray(0, 32),
};

async function importWithSamekey(): Promise<number> {
  const migration = defineMigration({
    sources: [],
    passwords: [bcrypt()],
    userNames: "email",
    vault: { key: { ...key, openVault: (place) => openVault({ ...place, key }) } },
  });
  const services = openImporter(migration, { table, client }, usualImportOptions);
  const runs = openImportRuns({ table, client, now: () => new Date() });
  const at = new Date().toISOString();
  const fresh: ImportRun = {
    id: randomUUID(),
    state: "running",
    settled: 0,
    tally: emptyTally,
    detail: {},
    startedAt: at,
    updatedAt: at,
  };
  const { signal } = new AbortController();
  await runs.take(fresh, "bench", signal);
  const [counter, seen] = [openCounter(), await openSeen()];
  await runRecords({
    records: ndjson().read(createReadStream(file, { highWaterMark: 1024 * 1024 })),
    settled: 0,
    source: "shop",
    plan: false,
    services,
    seen,
    counter,
    onRefused: async () => undefined,
    onPending: async () => undefined,
    onProgress: () => undefined,
    onSettled: async (settled) => {
      await runs.save({ ...fresh, settled, tally: counter.tally() }, "bench", signal);
    },
    stop: signal,
  });
  await seen.close();
  const { create, read, reasons } = counter.tally();
  if (create !== read) throw new Error(`${read} read, ${create} created: ${JSON.stringify(reasons)}`);
  return create;
}

const cpu = process.cpuUsage();
const start = performance.now();
const users = who === "samekey" ? await importWithSamekey() : await importBare(file, table, client, Number(width));
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
const peakMb = process.resourceUsage().maxRSS / 1024;
client.destroy();
process.send?.({ users, wallMs, cpuMs: (user + system) / 1000, peakMb } satisfies ImportSample);
