import { createHash, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { MigrationError } from "../../core/errors.ts";
import type { BatchServices } from "../../core/import-batch.ts";
import type { ImportOptions } from "../../core/import-options.ts";
import type { ImportRun, ImportRuns } from "../../core/import-run.ts";
import { emptyTally, openCounter } from "../../core/import-tally.ts";
import { openSeen } from "../../import-input/seen.ts";
import type { ImportJobs } from "../../protocols/user-pool-import.ts";
import { bad, dim } from "../paint.ts";
import { estimate } from "./estimate.ts";
import { openPoolJobs } from "./pool-jobs.ts";
import { openProgress } from "./progress.ts";
import type { ImportInput } from "./records.ts";
import { areThere, openRefusedFile, type RefusedSizes } from "./refused-file.ts";
import { runRecords } from "./run-import.ts";
import { describeTally } from "./show-tally.ts";

export interface UsersImport {
  readonly input: ImportInput;
  readonly source: string;
  readonly options: ImportOptions;
  readonly services: BatchServices;
  readonly place: { readonly table: string; readonly poolId: string | undefined };
  readonly perSecond: number;
  readonly runs: ImportRuns;
  readonly plan: boolean;
  readonly restart: boolean;
  readonly json: boolean;
  /** The pool's own import, where hashes go there. */
  readonly jobs?: { readonly jobs: ImportJobs; readonly pool: UserPoolType } | undefined;
}

// One answer of the ledger about the run itself.
const runMs = 10_000;

/** Runs one import from its beginning, or from where an earlier run of the same input ended. Answers the exit code. */
export async function importUsers(setting: UsersImport): Promise<number> {
  const { input, plan, runs, json } = setting;
  const taken = plan ? undefined : await takeRun(setting);
  if (taken?.kind === "busy") {
    const until = taken.until.toISOString();
    process.stderr.write(
      `${bad("✗")} another run of this import is at work. If it was killed, this one may begin at ${until}.\n`,
    );
    return 3;
  }
  const { owner = "", run } = taken ?? {};
  const from = run?.settled ?? 0;
  if (from > 0) process.stderr.write(dim(`goes on behind record ${from.toLocaleString("en-US")}\n`));
  const refused =
    plan || input.path === undefined
      ? undefined
      : await openRefusedFile(input.path, input.header, run === undefined ? undefined : sizesOf(run));
  const [counter, seen] = [openCounter(run?.tally), await openSeen()];
  const progress = openProgress({ out: process.stderr, json, before: from });
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const { records, share } = input.open(stop.signal);
  let current = run;
  let fault: unknown;

  async function settledTo(count: number): Promise<void> {
    if (current === undefined) return;
    const sizes = (await refused?.sizes()) ?? { records: 0, reasons: 0 };
    current = {
      ...current,
      settled: count,
      tally: counter.tally(),
      detail: { ...current.detail, refusedBytes: sizes.records, reasonBytes: sizes.reasons },
      updatedAt: new Date().toISOString(),
    };
    if (await runs.save(current, owner, AbortSignal.timeout(runMs))) return;
    throw new MigrationError(
      "LEDGER_UNAVAILABLE",
      "another run has taken this import over: this one was silent too long",
    );
  }

  const poolJobs =
    plan || setting.jobs === undefined
      ? undefined
      : await openPoolJobs({
          ...setting.jobs,
          services: setting.services,
          counter,
          onProgress: progress.tellJob,
          signal: stop.signal,
        });
  let seenBytes = 0;
  try {
    await runRecords({
      ...setting,
      records,
      settled: from,
      seen,
      counter,
      onRefused: async (line, reason, raw) => refused?.write(line, reason, raw),
      onPending: async (line, user) => poolJobs?.add(line, user),
      onProgress: () => progress.tell(share(), counter.tally),
      onSettled: settledTo,
      stop: stop.signal,
    });
    if (!stop.signal.aborted) await poolJobs?.finish();
  } catch (error) {
    fault = error;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
    progress.end();
    seenBytes = await seen.bytes();
    await Promise.all([seen.close(), refused?.close(), poolJobs?.remove()]);
  }
  const ended = fault !== undefined || stop.signal.aborted;
  if (current !== undefined) {
    // A batch that was cut is counted anew: what is written down is what was settled.
    const left: ImportRun = ended ? current : { ...current, state: "finished", tally: counter.tally() };
    await runs.release(left, owner, AbortSignal.timeout(runMs)).catch(() => false);
  }

  const tally = counter.tally();
  const time = plan ? estimate(tally, setting.perSecond, setting.services.passwords) : undefined;
  const report = { ...tally, ...(time === undefined ? {} : { estimate: time, temporaryBytes: seenBytes }) };
  process.stdout.write(
    json
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : `${describeTally(tally, plan ? { time, seenBytes } : undefined)}\n`,
  );
  for (const one of refused?.paths() ?? []) process.stderr.write(dim(`refused: ${one}\n`));
  if (fault instanceof MigrationError) process.stderr.write(`${bad(fault.code)}  ${fault.message}\n`);
  else if (fault !== undefined && !stop.signal.aborted) throw fault;
  if (ended) {
    process.stderr.write(`${bad("ended")} before the end; run it again to go on.\n`);
    return 3;
  }
  return tally.refused > 0 ? 1 : 0;
}

/** The run of this very input to this very place, from its beginning where it is over, or cannot be gone on with. */
async function takeRun({ input, source, options, place, runs, restart }: UsersImport) {
  const digest = (await input.digest()) ?? randomUUID();
  const parts = [digest, source, place.poolId ?? "", ...Object.values(options)];
  const id = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
  const at = new Date().toISOString();
  const fresh: ImportRun = {
    id,
    state: "running",
    settled: 0,
    tally: emptyTally,
    detail: { by: "command", source, ...(options.hashes === "platform" ? { jobs: 1 } : {}) },
    startedAt: at,
    updatedAt: at,
  };
  let owner = ownName();
  let taken = await runs.take(fresh, owner, AbortSignal.timeout(runMs));
  if (taken.kind === "busy" && isDead(taken.owner)) {
    owner = taken.owner;
    taken = await runs.take(fresh, owner, AbortSignal.timeout(runMs));
  }
  if (taken.kind === "busy") return taken;
  const goesOn =
    !restart &&
    taken.run.state === "running" &&
    // Whom a job has is known by going through the file again.
    taken.run.detail.jobs === undefined &&
    (input.path === undefined || (await areThere(input.path, sizesOf(taken.run))));
  return { kind: "taken", owner, run: goesOn ? taken.run : fresh } as const;
}

function ownName(): string {
  return `${hostname()} ${process.pid} ${randomUUID()}`;
}

/** Whether it was a process of this machine, and is no more: its run need not be waited for. */
function isDead(owner: string): boolean {
  const [host, pid] = owner.split(" ");
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function sizesOf({ detail }: ImportRun): RefusedSizes {
  return { records: Number(detail.refusedBytes ?? 0), reasons: Number(detail.reasonBytes ?? 0) };
}
