import { jobOf, renderJob } from "../import/render-job.ts";
import { lookAt } from "../import/run-import.ts";
import type { Action } from "../world.ts";

/** Takes the job a step further, then shows it. */
export const describeUserImportJob: Action = (world, input) => {
  const { job } = jobOf(world, input);
  lookAt(world, job);
  return { UserImportJob: renderJob(world, job) };
};
