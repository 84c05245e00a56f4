import { CognitoFault } from "../fault.ts";
import type { Group } from "../groups.ts";
import { integer, optionalText, text } from "../input.ts";
import { groupNameRules, renderGroup } from "../render-group.ts";
import { type Action, poolOf } from "../world.ts";

/** Quotas page: 10,000 groups for a pool. */
const maxGroups = 10_000;

export const createGroup: Action = (world, input) => {
  const pool = poolOf(world, input);
  const group: Group = {
    name: text(input, "GroupName", groupNameRules),
    description: optionalText(input, "Description", { max: 2048 }),
    roleArn: optionalText(input, "RoleArn", { min: 20, max: 2048 }),
    precedence: integer(input, "Precedence", { min: 0, max: 2 ** 31 - 1 }),
    created: world.settings.now(),
  };
  if (pool.groups.find(group.name) !== undefined) {
    throw new CognitoFault("GroupExistsException", "A group with the name already exists.");
  }
  if (pool.groups.list().length >= maxGroups) {
    throw new CognitoFault("LimitExceededException", `A user pool can have ${maxGroups} groups.`);
  }
  pool.groups.add(group);
  return { Group: renderGroup(pool, group) };
};
