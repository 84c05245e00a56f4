import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  type PasswordHashingAlgorithmType,
  StartUserImportJobCommand,
  type UserImportJobType,
} from "@aws-sdk/client-cognito-identity-provider";
import { onTestFinished } from "vitest";
import type { Bench } from "./support.ts";

export const roleArn = "arn:aws:iam::000000000000:role/import-log";
export const encrypted = { "x-amz-server-side-encryption": "aws:kms" };

export function logsFor(bench: Bench): CloudWatchLogsClient {
  const logs = new CloudWatchLogsClient({
    endpoint: bench.server.endpoint,
    region: bench.server.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  onTestFinished(() => logs.destroy());
  return logs;
}

export async function headerOf(bench: Bench): Promise<readonly string[]> {
  const { CSVHeader } = await bench.sdk.send(new GetCSVHeaderCommand({ UserPoolId: bench.poolId }));
  return CSVHeader ?? [];
}

/** A file in the pool's form; cells that a row does not name are empty. */
export async function fileOf(bench: Bench, rows: readonly Readonly<Record<string, string>>[]): Promise<string> {
  const header = await headerOf(bench);
  return [header, ...rows.map((row) => header.map((name) => row[name] ?? ""))].map((line) => `${line}\n`).join("");
}

export async function createJob(bench: Bench, algorithm?: PasswordHashingAlgorithmType, name = "move") {
  const { UserImportJob } = await bench.sdk.send(
    new CreateUserImportJobCommand({
      UserPoolId: bench.poolId,
      JobName: name,
      CloudWatchLogsRoleArn: roleArn,
      ...(algorithm === undefined ? {} : { PasswordHashingAlgorithm: algorithm }),
    }),
  );
  const { JobId = "", PreSignedUrl = "" } = UserImportJob ?? {};
  return { JobId, PreSignedUrl };
}

export async function upload(url: string, text: string, headers: Record<string, string> = encrypted): Promise<number> {
  return (await fetch(url, { method: "PUT", headers, body: text })).status;
}

export async function look(bench: Bench, JobId: string): Promise<UserImportJobType> {
  const answer = await bench.sdk.send(new DescribeUserImportJobCommand({ UserPoolId: bench.poolId, JobId }));
  return answer.UserImportJob ?? {};
}

/** A job from its creation to its end. */
export async function runJob(bench: Bench, text: string, algorithm?: PasswordHashingAlgorithmType) {
  const { JobId, PreSignedUrl } = await createJob(bench, algorithm);
  await upload(PreSignedUrl, text);
  await bench.sdk.send(new StartUserImportJobCommand({ UserPoolId: bench.poolId, JobId }));
  const statuses: string[] = [];
  for (let looks = 0; looks < 20; looks += 1) {
    const job = await look(bench, JobId);
    statuses.push(job.Status ?? "");
    if (job.CompletionDate !== undefined) return { job, statuses, lines: await linesOf(bench, JobId) };
  }
  throw new Error(`the job did not end: ${statuses.join(", ")}`);
}

/** The lines of a job's log, without those that tell of no row. */
export async function linesOf(bench: Bench, jobId: string, name = "move"): Promise<readonly string[]> {
  const { events } = await logsFor(bench).send(
    new GetLogEventsCommand({
      logGroupName: `/aws/cognito/userpools/${bench.poolId}/test`,
      logStreamName: `${jobId}/${name}`,
      startFromHead: true,
    }),
  );
  return (events ?? []).map((each) => each.message ?? "").filter((line) => line.startsWith("["));
}
