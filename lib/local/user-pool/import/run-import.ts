import { isUtf8 } from "node:buffer";
import type { Pool, World } from "../world.ts";
import { csvColumns, csvFields, hashColumn, maxUsers } from "./csv-form.ts";
import { endImport, type ImportJob, isActive } from "./import-job.ts";
import { importRow } from "./import-row.ts";

const newline = 0x0a;
const byteOrderMark = Buffer.from("\u{feff}");
const dayMs = 86_400_000;

/**
 * One look at a job, which takes it a step further: Pending to InProgress, a share of the rows, the end. A job that was
 * never started expires after a day.
 */
export function lookAt(world: World, job: ImportJob): void {
  const now = world.settings.now();
  if (job.status === "Created" && now.getTime() - job.created.getTime() >= dayMs) {
    endImport(job, now, "Expired", "The job was not started in time.");
  }
  if (!isActive(job)) return;
  const pool = world.pools.get(job.poolId);
  if (pool === undefined) endImport(job, now, "Failed", "The user pool has been deleted.");
  else if (job.status === "Stopping") endImport(job, now, "Stopped", "The Import Job was stopped by the developer.");
  else if (job.status === "Pending") begin(world, pool, job, now);
  else takeRows(world, pool, job, now);
}

function begin(world: World, pool: Pool, job: ImportJob, now: Date): void {
  job.status = "InProgress";
  // As seen in public logs: Cognito tries the log before it begins.
  log(job, now, "Cognito User Pools Import - Test Log");
  const fault = readHeader(world, pool, job);
  if (fault !== undefined) endImport(job, now, "Failed", fault);
}

function readHeader(world: World, pool: Pool, job: ImportJob): string | undefined {
  const unreadable = "Amazon Cognito is unable to parse the .csv file.";
  if (job.file === undefined || !isUtf8(job.file) || job.file.subarray(0, 3).equals(byteOrderMark)) return unreadable;
  const columns = csvFields(nextLine(job) ?? "");
  const hashes = world.settings.importAlgorithms.length > 0;
  const wanted = csvColumns(pool.schema, hashes);
  const lacks = wanted.filter((name) => name !== hashColumn && !columns.includes(name));
  const odd = columns.filter((name) => !wanted.includes(name));
  if (lacks.length > 0 || odd.length > 0 || new Set(columns).size < columns.length) return unreadable;
  if (job.algorithm !== undefined && !columns.includes(hashColumn)) return `The file has no ${hashColumn} column.`;
  const rows = countLines(job.file) - 1;
  if (rows > maxUsers) return `The file has more than ${maxUsers} users.`;
  job.columns = columns;
  job.rowsPerLook = Math.max(1, Math.ceil(rows / world.settings.importLooks));
  return undefined;
}

function takeRows(world: World, pool: Pool, job: ImportJob, now: Date): void {
  for (let taken = 0; taken < job.rowsPerLook && isActive(job); taken += 1) {
    const line = nextLine(job);
    if (line === undefined) break;
    takeRow(world, pool, job, line, now);
    if (job.failed + job.skipped >= world.settings.importAbortAfter) endImport(job, now, "Failed", tooMany);
  }
  if (isActive(job) && atEnd(job)) finish(job, now);
}

function takeRow(world: World, pool: Pool, job: ImportJob, line: string, now: Date): void {
  const { word, sentence, user } = importRow(pool, job, job.columns ?? [], line, now);
  if (word === "SUCCEEDED") job.imported += 1;
  else if (word === "SKIPPED") job.skipped += 1;
  else job.failed += 1;
  log(job, now, `[${word}] Line Number ${job.line} - ${sentence}`);
  if (user !== undefined) {
    world.settings.onEvent({ kind: "user-created", pool: pool.id, username: user.username, status: user.status });
  }
}

const tooMany = "Too many users have failed or been skipped during the import.";

// AWS gives no number. Public reports: 0 imported and 1 or 5 failed, 14 imported and 32 failed, all "too many".
function finish(job: ImportJob, now: Date): void {
  if (job.failed + job.skipped > job.imported) endImport(job, now, "Failed", tooMany);
  else endImport(job, now, "Succeeded", "The import job has completed.");
}

function log(job: ImportJob, at: Date, message: string): void {
  job.log.push({ at, message });
}

function atEnd(job: ImportJob): boolean {
  return job.offset >= (job.file?.length ?? 0);
}

/** The next line without its end; undefined at the end of the file. */
function nextLine(job: ImportJob): string | undefined {
  if (job.file === undefined || atEnd(job)) return undefined;
  const found = job.file.indexOf(newline, job.offset);
  const end = found === -1 ? job.file.length : found;
  const line = job.file.toString("utf8", job.offset, end);
  job.offset = end + 1;
  job.line += 1;
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function countLines(file: Buffer): number {
  let lines = file.length > 0 && file.at(-1) !== newline ? 1 : 0;
  for (let at = file.indexOf(newline); at !== -1; at = file.indexOf(newline, at + 1)) lines += 1;
  return lines;
}
