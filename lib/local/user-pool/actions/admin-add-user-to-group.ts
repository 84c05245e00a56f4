import { CognitoFault } from "../fault.ts";
import { groupOf } from "../render-group.ts";
import { userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** Quotas page: 100 groups for a user. */
const maxGroupsOfUser = 100;

/** A user who is in the group already stays in it. */
export const adminAddUserToGroup: Action = (world, input) => {
  const pool = poolOf(world, input);
  const group = groupOf(pool, input);
  const { sub } = userOf(pool, input);
  const others = pool.groups.ofUser(sub).filter((each) => each !== group);
  if (others.length >= maxGroupsOfUser) {
    throw new CognitoFault("LimitExceededException", `A user can be in ${maxGroupsOfUser} groups.`);
  }
  pool.groups.put(sub, group);
  return {};
};
