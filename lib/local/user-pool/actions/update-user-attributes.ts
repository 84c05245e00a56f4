import { checkWritable } from "../attributes.ts";
import { updateAttributes } from "../flows/update-attributes.ts";
import { nameValues, text } from "../input.ts";
import { userOfToken } from "../tokens.ts";
import type { Action } from "../world.ts";

export const updateUserAttributes: Action = async (world, input) => {
  const { pool, client, user } = await userOfToken(world, text(input, "AccessToken"));
  const changes = nameValues(input, "UserAttributes");
  checkWritable(client.settings.writeAttributes, changes);
  return { CodeDeliveryDetailsList: updateAttributes(world, pool, user, changes) };
};
