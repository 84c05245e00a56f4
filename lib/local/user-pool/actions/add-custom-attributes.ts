import { records } from "../input.ts";
import { addCustomAttributes as extended } from "../schema.ts";
import { type Action, poolOf } from "../world.ts";

export const addCustomAttributes: Action = (world, input) => {
  const pool = poolOf(world, input);
  pool.schema = extended(pool.schema, records(input, "CustomAttributes"));
  pool.modified = world.settings.now();
  return {};
};
