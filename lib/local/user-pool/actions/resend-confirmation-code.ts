import { contactToVerify, deliverCode, simulatedDelivery } from "../delivery.ts";
import { combinationNotFound, invalidParameter, notAuthorized } from "../fault.ts";
import { optionalText, text, usernameRules } from "../input.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { type Action, clientOf } from "../world.ts";

export const resendConfirmationCode: Action = (world, input) => {
  const { pool, client } = clientOf(world, input);
  const typed = text(input, "Username", usernameRules);
  checkSecretHash(client, [typed], optionalText(input, "SecretHash"));
  const user = pool.users.find(typed);
  if (user === undefined || !user.enabled) {
    if (client.settings.hidesUnknownUsers) return { CodeDeliveryDetails: simulatedDelivery(pool, typed) };
    throw user === undefined ? combinationNotFound() : notAuthorized("User is disabled.");
  }
  if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
  const contact = contactToVerify(pool, user.attributes);
  if (contact === undefined) throw invalidParameter("Cannot resend codes. Auto verification not turned on.");
  const to = user.attributes.get(contact) ?? "";
  const code = pool.codes.issue(user.sub, "sign-up", contact, to);
  return { CodeDeliveryDetails: deliverCode(world, pool, { to, contact, code, purpose: "sign-up" }) };
};
