// Amazon Cognito's own import of users by CSV file, with password hashes or without.
// Developer guide, "Importing users into user pools from a CSV file"; API reference, CreateUserImportJob and its kin.

import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  type CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  DescribeUserPoolCommand,
  GetCSVHeaderCommand,
  ListUserImportJobsCommand,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
  type UserImportJobType,
} from "@aws-sdk/client-cognito-identity-provider";
import { MigrationError } from "../core/errors.ts";
import { asked, askedPatiently, isBusy, pause } from "./user-pool-calls.ts";
import { type ImportLog, type LogPlace, readImportLog, type ToldOutcome } from "./user-pool-import-log.ts";
import type { JobFile } from "./user-pool-job-file.ts";
import { uploadFile } from "./user-pool-upload.ts";

/** What a job did with one row of its file. */
export interface RowOutcome {
  /** As `add` of the job's file gave it. */
  readonly line: number;
  /** `untold`: the log does not say (it is late, or the job ended before); only the pool knows whether the user is there. */
  readonly outcome: ToldOutcome | "untold";
  /** The service's sentence, or why nothing is known. */
  readonly reason: string;
}

/** The service's own counts, while a job runs. */
export interface ImportProgress {
  readonly status: string;
  readonly imported: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface RunOptions {
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

/** A job that has begun and not ended. */
export interface ActiveJob {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

/** The import jobs of one pool. Every fault is a MigrationError, mostly PLATFORM_UNAVAILABLE. */
export interface ImportJobs {
  /** The columns of the pool's import file. */
  header(signal: AbortSignal): Promise<readonly string[]>;
  /** A job of this pool that is running now. The account may have one in another pool. */
  active(signal: AbortSignal): Promise<ActiveJob | undefined>;
  /**
   * Runs one job from its creation to the end of its log, and tells of every row of the file. One job runs at a time in
   * an account: another one is waited for. When the signal aborts, the job is stopped and the signal's reason thrown;
   * whom the job has placed by then stays in the pool. After another fault the job may still be running (`active`).
   * @param name Up to 128 letters, digits and `+=,.@-_` or spaces.
   */
  run(file: JobFile, name: string, options: RunOptions): AsyncGenerator<RowOutcome>;
}

export interface ImportJobsOptions {
  readonly cognito: CognitoIdentityProviderClient;
  readonly logs: CloudWatchLogsClient;
  readonly poolId: string;
  /** The role by which Cognito writes the log. */
  readonly logRoleArn: string;
  /** Between two looks at a job, milliseconds; the first ones are sooner. */
  readonly pollMs?: number;
  /** How long another job of the account is waited for. */
  readonly waitMs?: number;
  /** How long the log is waited for once the job has ended; CloudWatch shows lines some seconds late. */
  readonly logWaitMs?: number;
}

const hourMs = 3_600_000;
const running = ["Pending", "InProgress", "Stopping"];
const ended = ["Succeeded", "Failed", "Stopped", "Expired"];
const stopTimeoutMs = 10_000;
// A small job is over in a moment.
const firstPauseMs = 250;

export function openImportJobs(options: ImportJobsOptions): ImportJobs {
  const { cognito, logs, poolId: UserPoolId, logRoleArn } = options;
  const { waitMs = 2 * hourMs, logWaitMs = 120_000 } = options;
  const pollMs = Math.max(1, options.pollMs ?? 5000);

  async function header(signal: AbortSignal): Promise<readonly string[]> {
    const { CSVHeader } = await asked("the header of the import file", signal, () =>
      cognito.send(new GetCSVHeaderCommand({ UserPoolId }), { abortSignal: signal }),
    );
    return CSVHeader ?? [];
  }

  async function active(signal: AbortSignal): Promise<ActiveJob | undefined> {
    let PaginationToken: string | undefined;
    do {
      const request = { UserPoolId, MaxResults: 60, ...(PaginationToken === undefined ? {} : { PaginationToken }) };
      const page = await asked("the list of import jobs", signal, () =>
        cognito.send(new ListUserImportJobsCommand(request), { abortSignal: signal }),
      );
      const found = page.UserImportJobs?.find((job) => running.includes(job.Status ?? ""));
      if (found !== undefined) return { id: found.JobId ?? "", name: found.JobName ?? "", status: found.Status ?? "" };
      PaginationToken = page.PaginationToken;
    } while (PaginationToken !== undefined);
    return undefined;
  }

  /** Where the jobs' logs are. Tried before the first user is placed: a reader who may not read is told at once. */
  async function logGroup(signal: AbortSignal): Promise<string> {
    const { UserPool } = await asked("the user pool", signal, () =>
      cognito.send(new DescribeUserPoolCommand({ UserPoolId }), { abortSignal: signal }),
    );
    if ((UserPool?.AutoVerifiedAttributes ?? []).length === 0) {
      const need = "an import job needs a pool that verifies an e-mail address or a phone number by itself";
      throw new MigrationError("PLATFORM_UNAVAILABLE", `cognito: ${need} (AutoVerifiedAttributes)`);
    }
    const logGroupName = `/aws/cognito/userpools/${UserPoolId}/${UserPool?.Name ?? ""}`;
    await readLog({ logGroupName, logStreamName: "samekey" }, 0, signal);
    return logGroupName;
  }

  async function create(file: JobFile, JobName: string, signal: AbortSignal): Promise<UserImportJobType> {
    const request = {
      UserPoolId,
      JobName,
      CloudWatchLogsRoleArn: logRoleArn,
      ...(file.algorithm === undefined ? {} : { PasswordHashingAlgorithm: file.algorithm }),
    };
    const { UserImportJob } = await askedPatiently(
      "an import job could not be created",
      { signal, pollMs, waitMs },
      () => cognito.send(new CreateUserImportJobCommand(request), { abortSignal: signal }),
      // The quota of jobs in a pool has the same error, and does not pass.
      async (error) => isBusy(error) && (await active(signal)) !== undefined,
    );
    return UserImportJob ?? {};
  }

  async function upload(file: JobFile, address: string, signal: AbortSignal): Promise<void> {
    const bytes = await file.close();
    const status = await asked("the upload of the import file", signal, () =>
      uploadFile(address, file.path, bytes, signal),
    );
    if (status !== 200) {
      throw new MigrationError("PLATFORM_UNAVAILABLE", `cognito: the upload of the import file: HTTP ${status}`);
    }
  }

  /** Until the job has ended. */
  async function watch(JobId: string, { signal, onProgress }: RunOptions): Promise<UserImportJobType> {
    for (let looks = 0; ; looks++) {
      const answer = await asked("the state of an import job", signal, () =>
        cognito.send(new DescribeUserImportJobCommand({ UserPoolId, JobId }), { abortSignal: signal }),
      );
      const job = answer.UserImportJob ?? {};
      onProgress?.({
        status: job.Status ?? "",
        imported: job.ImportedUsers ?? 0,
        skipped: job.SkippedUsers ?? 0,
        failed: job.FailedUsers ?? 0,
      });
      if (ended.includes(job.Status ?? "")) return job;
      await pause(Math.min(pollMs, firstPauseMs * 2 ** looks), signal);
    }
  }

  async function stop(JobId: string): Promise<void> {
    try {
      const command = new StopUserImportJobCommand({ UserPoolId, JobId });
      await cognito.send(command, { abortSignal: AbortSignal.timeout(stopTimeoutMs) });
    } catch {
      // It has ended or never begun, or cannot be reached: whoever cut the run is told of that, and `active` shows it.
    }
  }

  /** The log as it is now; undefined while there is none. */
  async function readLog(place: LogPlace, rows: number, signal: AbortSignal): Promise<ImportLog | undefined> {
    return asked("the log of import jobs", signal, async () => {
      try {
        return await readImportLog(logs, place, rows, signal);
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    });
  }

  async function finishedLog(
    place: LogPlace,
    rows: number,
    job: UserImportJobType,
    signal: AbortSignal,
  ): Promise<ImportLog | undefined> {
    const expected = Math.min(rows, (job.ImportedUsers ?? 0) + (job.SkippedUsers ?? 0) + (job.FailedUsers ?? 0));
    for (let waited = 0; ; waited += pollMs) {
      const log = await readLog(place, rows, signal);
      // A log that is whole says no more later, and one that never comes is not waited for.
      if (expected === 0 || log?.isWhole(expected) === true || waited >= logWaitMs) return log;
      await pause(pollMs, signal);
    }
  }

  async function* run(file: JobFile, name: string, runOptions: RunOptions): AsyncGenerator<RowOutcome> {
    const { signal } = runOptions;
    const rows = file.rows();
    if (rows === 0) return;
    const logGroupName = await logGroup(signal);
    const { JobId = "", PreSignedUrl = "" } = await create(file, name, signal);
    await upload(file, PreSignedUrl, signal);
    const place = { logGroupName, logStreamName: `${JobId}/${name}` };
    let job: UserImportJobType;
    try {
      await askedPatiently(
        "an import job could not be started",
        { signal, pollMs, waitMs },
        () => cognito.send(new StartUserImportJobCommand({ UserPoolId, JobId }), { abortSignal: signal }),
        // The file is there and the pool fits: what is left is another job, perhaps of another pool.
        async (error) => isBusy(error) && !/no csv file/i.test(String(error)),
      );
      job = await watch(JobId, runOptions);
    } catch (error) {
      if (signal.aborted) await stop(JobId);
      throw error;
    }
    const log = await finishedLog(place, rows, job, signal);
    const why = `the log does not tell; the job is ${job.Status}: ${job.CompletionMessage ?? "no message"}`;
    for (let line = 2; line <= rows + 1; line += 1) {
      yield { line, ...(log?.of(line) ?? { outcome: "untold", reason: why }) };
    }
  }

  return { header, active, run };
}
