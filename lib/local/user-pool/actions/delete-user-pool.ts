import { invalidParameter } from "../fault.ts";
import { type Action, poolOf } from "../world.ts";

export const deleteUserPool: Action = (world, input) => {
  const pool = poolOf(world, input);
  if (pool.settings.deletionProtected) {
    throw invalidParameter(
      "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
    );
  }
  world.pools.delete(pool.id);
  return {};
};
