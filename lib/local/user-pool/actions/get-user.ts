import { readable } from "../attributes.ts";
import { text } from "../input.ts";
import { listAttributes } from "../render-user.ts";
import { userOfToken } from "../tokens.ts";
import type { Action } from "../world.ts";

export const getUser: Action = async (world, input) => {
  const { client, user } = await userOfToken(world, text(input, "AccessToken"));
  return {
    Username: user.username,
    UserAttributes: listAttributes(user, readable(client.settings.readAttributes, user.attributes)),
  };
};
