import { userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** Ends every session. The signatures of tokens that are out stay valid to whoever checks them without asking the pool. */
export const adminUserGlobalSignOut: Action = (world, input) => {
  const pool = poolOf(world, input);
  pool.sessions.endAll(userOf(pool, input).sub);
  return {};
};
