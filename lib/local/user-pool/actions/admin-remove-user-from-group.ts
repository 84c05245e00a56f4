import { groupOf } from "../render-group.ts";
import { userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

export const adminRemoveUserFromGroup: Action = (world, input) => {
  const pool = poolOf(world, input);
  const group = groupOf(pool, input);
  pool.groups.take(userOf(pool, input).sub, group);
  return {};
};
