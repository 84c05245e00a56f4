import { csvColumns } from "../import/csv-form.ts";
import { type Action, poolOf } from "../world.ts";

/** A pool that takes no hashes has no column for them. */
export const getCsvHeader: Action = (world, input) => {
  const pool = poolOf(world, input);
  return { UserPoolId: pool.id, CSVHeader: csvColumns(pool.schema, world.settings.importAlgorithms.length > 0) };
};
