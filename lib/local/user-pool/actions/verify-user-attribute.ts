import { proveContact } from "../flows/update-attributes.ts";
import { codeRules, text } from "../input.ts";
import { userOfToken } from "../tokens.ts";
import type { Action } from "../world.ts";

/** Proves a new e-mail address or phone number with the code that UpdateUserAttributes sent. */
export const verifyUserAttribute: Action = async (world, input) => {
  const { pool, user } = await userOfToken(world, text(input, "AccessToken"));
  const name = text(input, "AttributeName", { oneOf: ["email", "phone_number"] });
  const use = name === "email" ? "email" : "phone_number";
  const { contact, sentTo } = pool.codes.check(user.sub, use, text(input, "Code", codeRules));
  proveContact(world, pool, user, { contact, value: sentTo, force: false });
  pool.codes.spend(user.sub, use);
  return {};
};
