import { codeMismatch } from "../codes.ts";
import { combinationNotFound, notAuthorized } from "../fault.ts";
import { proveContact } from "../flows/update-attributes.ts";
import { codeRules, optionalText, passwordRules, text, textMap, usernameRules } from "../input.ts";
import { checkPasswordPolicy } from "../password-policy.ts";
import { hashPassword } from "../passwords.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { callPostConfirmation } from "../triggers/post-confirmation.ts";
import { changeUser } from "../user-names.ts";
import { type Action, clientOf } from "../world.ts";

export const confirmForgotPassword: Action = async (world, input) => {
  const { pool, client } = clientOf(world, input);
  const typed = text(input, "Username", usernameRules);
  const typedCode = text(input, "ConfirmationCode", codeRules);
  const password = text(input, "Password", passwordRules);
  checkSecretHash(client, [typed], optionalText(input, "SecretHash"));
  const user = pool.users.find(typed);
  if (user === undefined || !user.enabled) {
    if (client.settings.hidesUnknownUsers) throw codeMismatch();
    throw user === undefined ? combinationNotFound() : notAuthorized("User is disabled.");
  }
  // A password that the policy refuses does not cost the code.
  pool.codes.check(user.sub, "forgotten-password", typedCode);
  checkPasswordPolicy(pool.settings.policy, password);
  const hash = await hashPassword(password);
  const { contact, sentTo } = pool.codes.check(user.sub, "forgotten-password", typedCode);
  const current = pool.users.bySub(user.sub);
  if (current?.attributes.get(contact) === sentTo) {
    proveContact(world, pool, current, { contact, value: sentTo, force: false });
  }
  pool.codes.spend(user.sub, "forgotten-password");
  pool.lockouts.succeeded(user.sub);
  const next = changeUser(pool, user, world.settings.now(), () => ({
    password: hash,
    passwordUntil: undefined,
    status: "CONFIRMED",
  }));
  await callPostConfirmation(world, pool, client, next, "ConfirmForgotPassword", textMap(input, "ClientMetadata"));
  return {};
};
