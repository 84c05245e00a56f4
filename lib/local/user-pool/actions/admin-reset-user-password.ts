import { deliverCode, recoveryContact } from "../delivery.ts";
import { invalidParameter, notAuthorized } from "../fault.ts";
import { changeUser, userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** Takes the password away and sends a code; the user signs in again after ConfirmForgotPassword. */
export const adminResetUserPassword: Action = (world, input) => {
  const pool = poolOf(world, input);
  const user = userOf(pool, input);
  if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED") {
    throw notAuthorized("User password cannot be reset in the current state.");
  }
  const contact = recoveryContact(pool, user);
  if (contact === undefined) {
    throw invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
  }
  changeUser(pool, user, world.settings.now(), () => ({ status: "RESET_REQUIRED", password: undefined }));
  const to = user.attributes.get(contact) ?? "";
  const code = pool.codes.issue(user.sub, "forgotten-password", contact, to);
  deliverCode(world, pool, { to, contact, code, purpose: "forgotten-password" });
  return {};
};
