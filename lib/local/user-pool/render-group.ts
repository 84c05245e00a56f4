import { CognitoFault } from "./fault.ts";
import type { Group } from "./groups.ts";
import { type Input, text } from "./input.ts";
import { seconds } from "./render-user.ts";
import type { Pool } from "./world.ts";

export const groupNameRules = { min: 1, max: 128, pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u };

/** `GroupType` of the API. */
export function renderGroup(pool: Pool, group: Group) {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    ...(group.description === undefined ? {} : { Description: group.description }),
    ...(group.roleArn === undefined ? {} : { RoleArn: group.roleArn }),
    ...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
    CreationDate: seconds(group.created),
    LastModifiedDate: seconds(group.created),
  };
}

/** The group that a request names. @throws CognitoFault ResourceNotFoundException */
export function groupOf(pool: Pool, input: Input): Group {
  const group = pool.groups.find(text(input, "GroupName", groupNameRules));
  if (group === undefined) throw new CognitoFault("ResourceNotFoundException", "Group not found.");
  return group;
}
