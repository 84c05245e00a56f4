import { notAuthorized } from "../fault.ts";
import { textMap } from "../input.ts";
import { callPostConfirmation } from "../triggers/post-confirmation.ts";
import { changeUser, userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** Confirms without a code: no contact is verified by it. */
export const adminConfirmSignUp: Action = async (world, input) => {
  const pool = poolOf(world, input);
  const user = userOf(pool, input);
  if (user.status !== "UNCONFIRMED") throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  pool.codes.spend(user.sub, "sign-up");
  const confirmed = changeUser(pool, user, world.settings.now(), () => ({ status: "CONFIRMED" }));
  await callPostConfirmation(world, pool, undefined, confirmed, "ConfirmSignUp", textMap(input, "ClientMetadata"));
  return {};
};
