import { renderJob } from "../import/render-job.ts";
import { lookAt } from "../import/run-import.ts";
import { integer, optionalText } from "../input.ts";
import { pageOf } from "../pages.ts";
import { type Action, poolOf } from "../world.ts";

/** From the last created to the first; each job that is shown is taken a step further. */
export const listUserImportJobs: Action = (world, input) => {
  const pool = poolOf(world, input);
  const limit = integer(input, "MaxResults", { min: 1, max: 60 }) ?? 60;
  const jobs = [...world.imports.byId.values()].filter((job) => job.poolId === pool.id).reverse();
  const { page, next } = pageOf(jobs, limit, optionalText(input, "PaginationToken"));
  for (const job of page) lookAt(world, job);
  return {
    UserImportJobs: page.map((job) => renderJob(world, job)),
    ...(next === undefined ? {} : { PaginationToken: next }),
  };
};
