import { codeMismatch } from "../codes.ts";
import { combinationNotFound, notAuthorized } from "../fault.ts";
import { proveContact } from "../flows/update-attributes.ts";
import { codeRules, flag, optionalText, text, textMap, usernameRules } from "../input.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { callPostConfirmation } from "../triggers/post-confirmation.ts";
import { changeUser } from "../user-names.ts";
import { type Action, clientOf } from "../world.ts";

export const confirmSignUp: Action = async (world, input) => {
  const { pool, client } = clientOf(world, input);
  const typed = text(input, "Username", usernameRules);
  const typedCode = text(input, "ConfirmationCode", codeRules);
  checkSecretHash(client, [typed], optionalText(input, "SecretHash"));
  const user = pool.users.find(typed);
  if (user === undefined) throw client.settings.hidesUnknownUsers ? codeMismatch() : combinationNotFound();
  if (!user.enabled) throw notAuthorized("User is disabled.");
  if (user.status !== "UNCONFIRMED") throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  const { contact, sentTo } = pool.codes.check(user.sub, "sign-up", typedCode);
  const force = flag(input, "ForceAliasCreation") ?? false;
  // A contact that was changed since is not proven by it.
  if (user.attributes.get(contact) === sentTo) proveContact(world, pool, user, { contact, value: sentTo, force });
  pool.codes.spend(user.sub, "sign-up");
  const confirmed = changeUser(pool, user, world.settings.now(), () => ({ status: "CONFIRMED" }));
  await callPostConfirmation(world, pool, client, confirmed, "ConfirmSignUp", textMap(input, "ClientMetadata"));
  return {};
};
