// One import's plan in a process of its own: import-memory.ts forks it. All but the network is the command's.

import { argv } from "node:process";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { runRecords } from "../../lib/cli/import/run-import.ts";
import { defineMigration } from "../../lib/config/define-migration.ts";
import { usualImportOptions } from "../../lib/core/import-options.ts";
import { openCounter } from "../../lib/core/import-tally.ts";
import type { WrappingKey } from "../../lib/core/vault-ports.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { openSeen } from "../../lib/import-input/seen.ts";
import { openImporter } from "../../lib/importer.ts";
import { ndjson } from "../../lib/imports/ndjson.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { manyUsers } from "./import-files.ts";

export interface MemorySample {
  readonly read: number;
  readonly peakMb: number;
  readonly seenMb: number;
}

const users = Number(argv[2]);
const none = (): never => {
  throw new Error("a plan seals nothing");
};
const key: WrappingKey = { id: "alias/bench", makeDataKey: none, openDataKey: none };
const migration = defineMigration({
  sources: [],
  passwords: [bcrypt()],
  userNames: "email",
  vault: { key: { ...key, openVault: (place) => openVault({ ...place, key }) } },
});
const client = new DynamoDBClient({ region: "us-east-1" });
const services = {
  ...openImporter(migration, { table: "none", client }, usualImportOptions),
  // A ledger that knows nobody, without a network.
  rows: {
    read: async () => new Map(),
    owners: async () => new Map(),
    erased: async () => new Set<string>(),
  },
};
const [counter, seen] = [openCounter(), await openSeen()];
await runRecords({
  records: ndjson().read(manyUsers(users)),
  settled: 0,
  source: "shop",
  plan: true,
  services,
  seen,
  counter,
  onRefused: async () => undefined,
  onPending: async () => undefined,
  onProgress: () => undefined,
  onSettled: async () => undefined,
  stop: new AbortController().signal,
});
const seenMb = (await seen.bytes()) / 1_048_576;
await seen.close();
const { read } = counter.tally();
process.send?.({ read, peakMb: process.resourceUsage().maxRSS / 1024, seenMb } satisfies MemorySample);
