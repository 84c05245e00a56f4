import { CognitoFault } from "../fault.ts";
import { isActive } from "../import/import-job.ts";
import { jobOf, renderJob } from "../import/render-job.ts";
import { lookAt } from "../import/run-import.ts";
import type { Action } from "../world.ts";

export const startUserImportJob: Action = (world, input) => {
  const { pool, job } = jobOf(world, input);
  if (job.status === "Created") lookAt(world, job);
  if (job.status !== "Created") throw notMet(`Import job ${job.id} cannot be started: it is ${job.status}.`);
  if (pool.settings.autoVerified.length === 0) throw notMet("The user pool has no auto verified attributes.");
  // The text of real pools, seen in a public issue.
  if (job.file === undefined) throw notMet(`No csv file was uploaded for ${job.id}`);
  const other = [...world.imports.byId.values()].find(isActive);
  if (other !== undefined) {
    // Whoever waits for the other job moves it on, so that a forgotten one is no lock for ever.
    lookAt(world, other);
    throw notMet("Only one import job can be active at a time per account.");
  }
  job.status = "Pending";
  job.started = world.settings.now();
  return { UserImportJob: renderJob(world, job) };
};

function notMet(message: string): CognitoFault {
  return new CognitoFault("PreconditionNotMetException", message);
}
