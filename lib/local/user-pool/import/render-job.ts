import { CognitoFault } from "../fault.ts";
import { type Input, text } from "../input.ts";
import { seconds } from "../render-user.ts";
import { type Pool, poolOf, type World } from "../world.ts";
import type { ImportJob } from "./import-job.ts";
import { uploadAddress } from "./upload.ts";

/** `UserImportJobType` of the API. */
export function renderJob(world: World, job: ImportJob) {
  return {
    JobName: job.name,
    JobId: job.id,
    UserPoolId: job.poolId,
    PreSignedUrl: uploadAddress(world, job),
    CreationDate: seconds(job.created),
    ...(job.started === undefined ? {} : { StartDate: seconds(job.started) }),
    ...(job.completed === undefined ? {} : { CompletionDate: seconds(job.completed) }),
    Status: job.status,
    CloudWatchLogsRoleArn: job.roleArn,
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    ...(job.message === undefined ? {} : { CompletionMessage: job.message }),
    ...(job.algorithm === undefined ? {} : { PasswordHashingAlgorithm: job.algorithm }),
  };
}

/** The job that a request names, with its pool. @throws CognitoFault ResourceNotFoundException */
export function jobOf(world: World, input: Input): { readonly pool: Pool; readonly job: ImportJob } {
  const pool = poolOf(world, input);
  const id = text(input, "JobId", { min: 1, max: 55, pattern: /^import-[0-9a-zA-Z-]+$/ });
  const job = world.imports.byId.get(id);
  if (job === undefined || job.poolId !== pool.id) {
    throw new CognitoFault("ResourceNotFoundException", `Import job ${id} does not exist.`);
  }
  return { pool, job };
}
