import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PasswordHashingAlgorithmType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { Counter } from "../../core/import-tally.ts";
import { type ImportServices, settleJob } from "../../core/import-user.ts";
import type { LedgerUser } from "../../core/ports.ts";
import { inTurns, openTurns } from "../../core/turns.ts";
import { platformAttributes } from "../../protocols/cognito-attributes.ts";
import type { ImportJobs, ImportProgress, RowOutcome } from "../../protocols/user-pool-import.ts";
import { type JobFile, openJobFile } from "../../protocols/user-pool-job-file.ts";
import type { PendingUser } from "./run-import.ts";

/** The users who go to the pool's own import, by algorithm, until the jobs have taken them. */
export interface PoolJobs {
  /** Puts a user into a job's file. A full file is run first. */
  add(line: number, user: PendingUser): Promise<void>;
  /** Runs the files that are left, one job after the other. */
  finish(): Promise<void>;
  /** Removes all files: they hold hashes. */
  remove(): Promise<void>;
}

export interface PoolJobsSetting {
  readonly jobs: ImportJobs;
  readonly pool: UserPoolType;
  readonly services: ImportServices;
  readonly counter: Counter;
  onProgress(algorithm: string, progress: ImportProgress): void;
  readonly signal: AbortSignal;
}

interface OpenFile {
  readonly file: JobFile;
  readonly number: number;
}

/** What is remembered of a row, on disk: half a million rows do not fit in memory. */
interface Remembered {
  readonly line: number;
  readonly row: LedgerUser;
  readonly was: "create" | "update";
  readonly way: PendingUser["way"];
}

const width = 16;
const settleMs = 60_000;
const chunk = 500;

export async function openPoolJobs(setting: PoolJobsSetting): Promise<PoolJobs> {
  const { jobs, pool, services, counter, signal } = setting;
  // mkdtemp makes it for its owner alone (0700).
  const folder = await mkdtemp(join(tmpdir(), "samekey-import-job-"));
  const database = new DatabaseSync(join(folder, "rows"));
  database.exec(
    "pragma journal_mode = off; pragma synchronous = off; create table rows (file integer, line integer, content text, primary key (file, line)) without rowid",
  );
  const remember = database.prepare("insert into rows (file, line, content) values (?, ?, ?)");
  const recall = database.prepare("select content from rows where file = ? and line = ?");
  const turns = openTurns(width);
  const files = new Map<string, OpenFile>();
  let header: readonly string[] | undefined;
  let numbers = 0;

  async function fileOf(algorithm: string): Promise<OpenFile> {
    const there = files.get(algorithm);
    if (there !== undefined) return there;
    header ??= await jobs.header(signal);
    numbers += 1;
    const file = await openJobFile({
      header,
      algorithm: algorithm as PasswordHashingAlgorithmType,
      folder,
      mfaRequired: pool.MfaConfiguration === "ON",
    });
    const opened = { file, number: numbers };
    files.set(algorithm, opened);
    return opened;
  }

  async function run(algorithm: string, { file, number }: OpenFile): Promise<void> {
    files.delete(algorithm);
    try {
      const name = `samekey ${new Date().toISOString().replaceAll(":", ".")} ${number}`;
      const onProgress = (progress: ImportProgress) => setting.onProgress(algorithm, progress);
      let outcomes: RowOutcome[] = [];
      for await (const outcome of jobs.run(file, name, { signal, onProgress })) {
        outcomes.push(outcome);
        if (outcomes.length < chunk) continue;
        await inTurns(turns, outcomes, (one) => settle(number, one));
        outcomes = [];
      }
      await inTurns(turns, outcomes, (one) => settle(number, one));
    } finally {
      await file.remove();
    }
  }

  async function settle(file: number, { line, outcome, reason }: RowOutcome): Promise<void> {
    const content = recall.get(file, line)?.content;
    if (typeof content !== "string") throw new Error("a job tells of a row that no file has");
    const remembered: Remembered = JSON.parse(content);
    // Skipped, failed or untold: a run before this one may have placed the user, or the job after all.
    const known = outcome === "succeeded" ? undefined : await look(remembered.row);
    await end(remembered, outcome === "succeeded" || known !== undefined, known, reason);
  }

  function look(row: LedgerUser): Promise<string | undefined> {
    const time = AbortSignal.timeout(settleMs);
    return services.platform?.target.look(row, time) ?? Promise.resolve(undefined);
  }

  async function end(user: Remembered, placed: boolean, platformId: string | undefined, reason: string): Promise<void> {
    const { line, row, was, way } = user;
    const done = await settleJob(row, platformId, placed, services, AbortSignal.timeout(settleMs));
    if (done === "kept") return counter.settle(line, { kind: "kept", state: "migrated" });
    if (done === "placed") return counter.settle(line, { kind: was, way, doubts: [] });
    const doubts = [`the pool's own import did not take the user, who waits in the vault: ${reason}`];
    counter.settle(line, { kind: was, way: { kind: "hash", format: way.format }, doubts });
  }

  return {
    async add(line, { way, admitted, row, was, resumed }) {
      // The hash is in the file already.
      const user = { line, row, was, way: { ...way, encoded: "" } };
      if (resumed) {
        const known = await look(row);
        if (known !== undefined) return end(user, true, known, "");
      }
      const added = {
        username: admitted.platformUsername,
        attributes: platformAttributes(admitted),
        hash: way.encoded,
      };
      for (;;) {
        const open = await fileOf(way.algorithm);
        const answer = await open.file.add(added);
        if (answer.kind === "refused") return end(user, false, undefined, answer.reason);
        if (answer.kind === "added") {
          remember.run(open.number, answer.line, JSON.stringify(user));
          return;
        }
        await run(way.algorithm, open);
      }
    },
    async finish() {
      for (const [algorithm, open] of [...files]) await run(algorithm, open);
    },
    async remove() {
      for (const { file } of files.values()) await file.remove();
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
