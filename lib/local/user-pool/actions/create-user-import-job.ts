import { CognitoFault } from "../fault.ts";
import { newImportJob } from "../import/import-job.ts";
import { importedAlgorithms } from "../import/imported-hash.ts";
import { renderJob } from "../import/render-job.ts";
import { optionalText, text } from "../input.ts";
import { type Action, poolOf } from "../world.ts";

/** Quotas page: 1,000 jobs for a pool. */
const maxJobs = 1000;
const arn = /^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)*$/;

export const createUserImportJob: Action = (world, input) => {
  const pool = poolOf(world, input);
  const name = text(input, "JobName", { min: 1, max: 128, pattern: /^[\w\s+=,.@-]+$/ });
  const roleArn = text(input, "CloudWatchLogsRoleArn", { min: 20, max: 2048, pattern: arn });
  const word = optionalText(input, "PasswordHashingAlgorithm", { oneOf: importedAlgorithms });
  const algorithm = importedAlgorithms.find((each) => each === word);
  if (algorithm !== undefined && !world.settings.importAlgorithms.includes(algorithm)) {
    throw new CognitoFault("OperationNotEnabledException", "Password hash import is not available for this user pool.");
  }
  if ([...world.imports.byId.values()].filter((job) => job.poolId === pool.id).length >= maxJobs) {
    throw new CognitoFault("LimitExceededException", `A user pool can have ${maxJobs} import jobs.`);
  }
  const job = newImportJob({ name, poolId: pool.id, roleArn, algorithm, created: world.settings.now() });
  world.imports.byId.set(job.id, job);
  return { UserImportJob: renderJob(world, job) };
};
