import { checkAttributes, checkWritable, mergeAttributes } from "../attributes.ts";
import { contactToVerify, deliverCode } from "../delivery.ts";
import { CognitoFault, notAuthorized } from "../fault.ts";
import { nameValues, optionalText, passwordRules, text, textMap, usernameRules } from "../input.ts";
import { checkPasswordPolicy } from "../password-policy.ts";
import { hashPassword } from "../passwords.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { callPostConfirmation } from "../triggers/post-confirmation.ts";
import { askPreSignUp, type PreSignUpAnswer } from "../triggers/pre-sign-up.ts";
import { checkNameFree, claimAliases, nameNewUser } from "../user-names.ts";
import { type Action, clientOf, type User } from "../world.ts";

const taken = "User already exists";

export const signUp: Action = async (world, input) => {
  const { pool, client } = clientOf(world, input);
  const typed = text(input, "Username", usernameRules);
  const password = text(input, "Password", passwordRules);
  checkSecretHash(client, [typed], optionalText(input, "SecretHash"));
  if (pool.settings.adminCreateOnly) throw notAuthorized("SignUp is not permitted for this user pool");
  const given = nameValues(input, "UserAttributes");
  checkWritable(client.settings.writeAttributes, given);
  checkPasswordPolicy(pool.settings.policy, password);
  const name = nameNewUser(pool, typed, given);
  checkAttributes(pool.schema, name.attributes, { required: true });
  checkNameFree(pool, name, taken);

  const clientMetadata = textMap(input, "ClientMetadata");
  const validationData = nameValues(input, "ValidationData");
  const answer = await askPreSignUp(world, pool, client, {
    source: "SignUp",
    username: name.username,
    attributes: name.attributes,
    validationData: validationData.size === 0 ? undefined : validationData,
    clientMetadata,
  });
  const attributes = mergeAttributes(new Map(), new Map([...name.attributes, ...verified(answer, name.attributes)]));
  const hash = await hashPassword(password);

  // Nothing waits between these checks and the creation.
  checkNameFree(pool, name, taken);
  claimAliases(pool, name.username, attributes, false);
  const now = world.settings.now();
  const user: User = {
    username: name.username,
    sub: name.sub,
    attributes,
    status: answer.autoConfirm ? "CONFIRMED" : "UNCONFIRMED",
    enabled: true,
    password: hash,
    passwordUntil: undefined,
    created: now,
    modified: now,
  };
  pool.users.put(user);
  world.settings.onEvent({ kind: "user-created", pool: pool.id, username: user.username, status: user.status });
  if (answer.autoConfirm) {
    await callPostConfirmation(world, pool, client, user, "ConfirmSignUp", clientMetadata);
    return { UserConfirmed: true, UserSub: user.sub };
  }
  const contact = contactToVerify(pool, attributes);
  if (contact === undefined) return { UserConfirmed: false, UserSub: user.sub };
  const to = attributes.get(contact) ?? "";
  const code = pool.codes.issue(user.sub, "sign-up", contact, to);
  const CodeDeliveryDetails = deliverCode(world, pool, { to, contact, code, purpose: "sign-up" });
  return { UserConfirmed: false, UserSub: user.sub, CodeDeliveryDetails };
};

function verified(
  answer: PreSignUpAnswer,
  attributes: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const wanted = [...(answer.autoVerifyEmail ? ["email"] : []), ...(answer.autoVerifyPhone ? ["phone_number"] : [])];
  const missing = wanted.find((each) => !attributes.has(each));
  if (missing !== undefined) {
    throw new CognitoFault(
      "InvalidLambdaResponseException",
      `PreSignUp wants ${missing} to be verified, but the user has none.`,
    );
  }
  return wanted.map((each) => [`${each}_verified`, "true"] as const);
}
