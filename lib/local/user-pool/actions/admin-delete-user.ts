import { userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** No trigger tells of a deletion: the next sign-in of the name asks the migration trigger again. */
export const adminDeleteUser: Action = (world, input) => {
  const pool = poolOf(world, input);
  const user = userOf(pool, input);
  pool.users.remove(user);
  pool.sessions.endAll(user.sub);
  pool.groups.forget(user.sub);
  pool.providers.unlinkAll(user.sub);
  return {};
};
