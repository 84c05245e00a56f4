import { updateAttributes } from "../flows/update-attributes.ts";
import { nameValues } from "../input.ts";
import { userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

export const adminUpdateUserAttributes: Action = (world, input) => {
  const pool = poolOf(world, input);
  updateAttributes(world, pool, userOf(pool, input), nameValues(input, "UserAttributes"));
  return {};
};
