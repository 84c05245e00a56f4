import { CognitoFault } from "../fault.ts";
import { endImport } from "../import/import-job.ts";
import { jobOf, renderJob } from "../import/render-job.ts";
import type { Action } from "../world.ts";

/** A job that has begun with its users is Stopping until it is looked at again; one that has not is Stopped at once. */
export const stopUserImportJob: Action = (world, input) => {
  const { job } = jobOf(world, input);
  if (job.status === "Pending") {
    endImport(job, world.settings.now(), "Stopped", "The Import Job was stopped by the developer.");
  } else if (job.status === "InProgress") job.status = "Stopping";
  else throw new CognitoFault("PreconditionNotMetException", `Import job ${job.id} is not running: ${job.status}.`);
  return { UserImportJob: renderJob(world, job) };
};
