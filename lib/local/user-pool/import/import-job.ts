import { randomBytes } from "node:crypto";
import type { ImportedAlgorithm } from "./imported-hash.ts";

export type ImportStatus =
  | "Created"
  | "Pending"
  | "InProgress"
  | "Stopping"
  | "Stopped"
  | "Expired"
  | "Failed"
  | "Succeeded";

/** A user import job. It goes on when it is looked at: docs/user-pool-simulator.md. */
export interface ImportJob {
  readonly id: string;
  readonly name: string;
  readonly poolId: string;
  readonly roleArn: string;
  readonly algorithm: ImportedAlgorithm | undefined;
  readonly created: Date;
  /** The unguessable part of the upload's address. */
  readonly uploadToken: string;
  status: ImportStatus;
  started: Date | undefined;
  completed: Date | undefined;
  message: string | undefined;
  /** The uploaded file; gone once the job has ended. */
  file: Buffer | undefined;
  /** Where the next row begins in the file, and which line of it that is. */
  offset: number;
  line: number;
  /** The file's columns, once its first line was read. */
  columns: readonly string[] | undefined;
  /** Rows that one look at the job takes; worked out when the file is first read. */
  rowsPerLook: number;
  imported: number;
  skipped: number;
  failed: number;
  readonly log: LogLine[];
}

export interface LogLine {
  readonly at: Date;
  readonly message: string;
}

/** All jobs of the account, in the order of their creation. */
export interface ImportJobs {
  readonly byId: Map<string, ImportJob>;
}

export function openImportJobs(): ImportJobs {
  return { byId: new Map() };
}

export function newImportJob(
  given: Pick<ImportJob, "name" | "poolId" | "roleArn" | "algorithm" | "created">,
): ImportJob {
  const text = randomBytes(32).toString("hex");
  return {
    ...given,
    id: `import-${text.slice(0, 10)}`,
    uploadToken: randomBytes(32).toString("base64url"),
    status: "Created",
    started: undefined,
    completed: undefined,
    message: undefined,
    file: undefined,
    offset: 0,
    line: 0,
    columns: undefined,
    rowsPerLook: 0,
    imported: 0,
    skipped: 0,
    failed: 0,
    log: [],
  };
}

const activeStatuses: readonly ImportStatus[] = ["Pending", "InProgress", "Stopping"];

export function isActive(job: ImportJob): boolean {
  return activeStatuses.includes(job.status);
}

/** Ends a job; nothing of the file is kept (developer guide: "Amazon Cognito deletes your uploaded CSV file"). */
export function endImport(job: ImportJob, now: Date, status: ImportStatus, message: string): void {
  job.status = status;
  job.completed = now;
  job.message = message;
  job.file = undefined;
}
