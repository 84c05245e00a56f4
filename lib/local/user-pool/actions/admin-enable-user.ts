import { changeUser, userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

export const adminEnableUser: Action = (world, input) => {
  const pool = poolOf(world, input);
  changeUser(pool, userOf(pool, input), world.settings.now(), () => ({ enabled: true }));
  return {};
};
