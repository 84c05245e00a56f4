import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PasswordHashingAlgorithmType } from "@aws-sdk/client-cognito-identity-provider";
import { readJobColumns } from "./user-pool-job-columns.ts";
import { escapeCommas, type JobRow, writeJobRow } from "./user-pool-job-row.ts";

/** What became of a row that was to be added. */
export type AddedRow =
  /** Its line in the file, by which the job's log names it; the first user is on line 2. */
  | { readonly kind: "added"; readonly line: number }
  /** The file has as many users or bytes as a job takes: the row belongs into the next one. */
  | { readonly kind: "full" }
  | { readonly kind: "refused"; readonly reason: string };

/** The CSV file of one import job, on disk. It holds password hashes: only its owner may read it. */
export interface JobFile {
  readonly path: string;
  readonly algorithm: PasswordHashingAlgorithmType | undefined;
  /** The users in it so far. */
  rows(): number;
  /** One row after the other; the next only when the last was taken. */
  add(row: JobRow): Promise<AddedRow>;
  /** Writes what is left; nothing can be added any more. May be repeated. @returns the file's size in bytes. */
  close(): Promise<number>;
  /** Closes and deletes the file. */
  remove(): Promise<void>;
}

export interface JobFileOptions {
  /** The pool's own: `header()` of its import jobs. */
  readonly header: readonly string[];
  /** The one algorithm of all hashes in the file; without one all users have to reset. */
  readonly algorithm: PasswordHashingAlgorithmType | undefined;
  readonly folder: string;
  /** Whether the pool's MfaConfiguration is ON: then no user may be said to have none. */
  readonly mfaRequired?: boolean;
  readonly limits?: JobFileLimits;
}

export interface JobFileLimits {
  readonly users: number;
  readonly bytes: number;
  readonly rowLength: number;
}

/** Developer guide, "Formatting the CSV file"; its 100 MB are read as the smaller of the two. */
const poolLimits: JobFileLimits = { users: 500_000, bytes: 100_000_000, rowLength: 16_000 };
const flushLength = 64 * 1024;

/**
 * Begins a file (mode 0600) in the pool's form. Memory stays flat: rows go to the disk as they come.
 * @throws MigrationError PLATFORM_UNAVAILABLE for a header that has no, or more than one, column for the hashes.
 */
export async function openJobFile(options: JobFileOptions): Promise<JobFile> {
  const { algorithm, folder, mfaRequired = false, limits = poolLimits } = options;
  const columns = readJobColumns(options.header, algorithm);
  const path = join(folder, `import-${randomUUID()}.csv`);
  const handle = await open(path, "wx", 0o600);
  let waiting = `${columns.names.map(escapeCommas).join(",")}\n`;
  let bytes = Buffer.byteLength(waiting);
  let rows = 0;
  let closed = false;

  async function flush(): Promise<void> {
    const text = waiting;
    waiting = "";
    await handle.writeFile(text);
  }
  async function close(): Promise<number> {
    if (closed) return bytes;
    closed = true;
    try {
      await flush();
    } finally {
      await handle.close();
    }
    return bytes;
  }

  return {
    path,
    algorithm,
    rows: () => rows,
    add: async (row) => {
      const written = writeJobRow(columns, row, mfaRequired);
      if (written.kind === "refused") return written;
      const { length } = written.text;
      if (length > limits.rowLength) {
        return { kind: "refused", reason: `the row has ${length} characters, allowed 1 to ${limits.rowLength}` };
      }
      const size = Buffer.byteLength(written.text) + 1;
      if (rows >= limits.users || bytes + size > limits.bytes) return { kind: "full" };
      waiting += `${written.text}\n`;
      bytes += size;
      rows += 1;
      const line = rows + 1;
      if (waiting.length >= flushLength) await flush();
      return { kind: "added", line };
    },
    close,
    remove: async () => {
      try {
        await close();
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}
