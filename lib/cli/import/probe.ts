import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Migration } from "../../config/define-migration.ts";
import type { ImportPool } from "../../importer.ts";
import { probeHashes } from "../../wiring/probe-hashes.ts";
import { aligned, bad, bold, good } from "../paint.ts";

export interface PoolProbe {
  readonly pool: ImportPool;
  readonly logs: CloudWatchLogsClient;
  readonly clientId: string;
  readonly roleArn: string;
  readonly migration: Migration;
}

/** Tries which hashes the pool's own import takes, and tells. Answers the exit code: 1 where one is refused. */
export async function probePool({ pool, logs, clientId, roleArn, migration }: PoolProbe): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-probe-"));
  const stop = new AbortController();
  const end = () => stop.abort(new Error("ended by Ctrl-C"));
  process.once("SIGINT", end);
  try {
    const probes = await probeHashes({
      cognito: pool.cognito,
      logs,
      poolId: pool.pool.Id ?? "",
      clientId,
      logRoleArn: roleArn,
      folder,
      formats: migration.passwords,
      signal: stop.signal,
    });
    const rows = probes.map(
      ({ algorithm, result }) =>
        [algorithm, result.kind === "works" ? good("imported, and signed in") : bad(result.reason)] as const,
    );
    process.stdout.write(`${bold(`hashes that the pool ${pool.pool.Id} takes`)}\n${aligned(rows)}\n`);
    return probes.every(({ result }) => result.kind === "works") ? 0 : 1;
  } finally {
    process.off("SIGINT", end);
    await rm(folder, { recursive: true, force: true });
  }
}
