import { changeUser, userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** Refresh and access tokens stop working, because each use looks at the user. */
export const adminDisableUser: Action = (world, input) => {
  const pool = poolOf(world, input);
  changeUser(pool, userOf(pool, input), world.settings.now(), () => ({ enabled: false }));
  return {};
};
