import { optionalText } from "../input.ts";
import { parsePoolSettings } from "../pool-settings.ts";
import { type Action, poolOf } from "../world.ts";

/** Replaces all settings: a field that is left out is back at its default, the triggers included. The name stays. */
export const updateUserPool: Action = (world, input) => {
  const pool = poolOf(world, input);
  const settings = parsePoolSettings(input);
  pool.name = optionalText(input, "PoolName", { min: 1, max: 128 }) ?? pool.name;
  pool.settings = settings;
  pool.modified = world.settings.now();
  return {};
};
