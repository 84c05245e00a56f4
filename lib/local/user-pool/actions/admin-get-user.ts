import { listAttributes, seconds } from "../render-user.ts";
import { userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

export const adminGetUser: Action = (world, input) => {
  const user = userOf(poolOf(world, input), input);
  return {
    Username: user.username,
    UserAttributes: listAttributes(user),
    UserCreateDate: seconds(user.created),
    UserLastModifiedDate: seconds(user.modified),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
};
