import { checkAttributes, mergeAttributes } from "../attributes.ts";
import { deliverCode } from "../delivery.ts";
import { CognitoFault } from "../fault.ts";
import {
  flag,
  type Input,
  nameValues,
  optionalText,
  passwordRules,
  text,
  textMap,
  texts,
  usernameRules,
} from "../input.ts";
import { checkPasswordPolicy } from "../password-policy.ts";
import { hashPassword, makeTemporaryPassword } from "../passwords.ts";
import { renderUser } from "../render-user.ts";
import { askPreSignUp } from "../triggers/pre-sign-up.ts";
import { changeUser, checkNameFree, claimAliases, nameNewUser, userOf } from "../user-names.ts";
import { type Action, type Pool, poolOf, type User, type World } from "../world.ts";

const taken = "User account already exists";

/** Required attributes may be missing: the user gives them with the new password. */
export const adminCreateUser: Action = async (world, input) => {
  const pool = poolOf(world, input);
  const typed = text(input, "Username", usernameRules);
  const mediums = texts(input, "DesiredDeliveryMediums", { oneOf: ["SMS", "EMAIL"] }) ?? ["SMS"];
  const action = optionalText(input, "MessageAction", { oneOf: ["RESEND", "SUPPRESS"] });
  const password =
    optionalText(input, "TemporaryPassword", passwordRules) ??
    makeTemporaryPassword(pool.settings.policy.minimumLength);
  checkPasswordPolicy(pool.settings.policy, password);
  if (action === "RESEND") return resend(world, pool, input, password, mediums);

  const name = nameNewUser(pool, typed, nameValues(input, "UserAttributes"));
  checkAttributes(pool.schema, name.attributes, { required: false });
  checkNameFree(pool, name, taken);
  const validationData = nameValues(input, "ValidationData");
  await askPreSignUp(world, pool, undefined, {
    source: "AdminCreateUser",
    username: name.username,
    attributes: name.attributes,
    validationData: validationData.size === 0 ? undefined : validationData,
    clientMetadata: textMap(input, "ClientMetadata"),
  });
  const attributes = mergeAttributes(new Map(), name.attributes);
  const hash = await hashPassword(password);

  checkNameFree(pool, name, taken);
  claimAliases(pool, name.username, attributes, flag(input, "ForceAliasCreation") ?? false);
  const now = world.settings.now();
  const user: User = {
    username: name.username,
    sub: name.sub,
    attributes,
    status: "FORCE_CHANGE_PASSWORD",
    enabled: true,
    password: hash,
    passwordUntil: endOfTemporary(world, pool),
    created: now,
    modified: now,
  };
  pool.users.put(user);
  world.settings.onEvent({ kind: "user-created", pool: pool.id, username: user.username, status: user.status });
  if (action !== "SUPPRESS") invite(world, pool, user, password, mediums);
  return { User: renderUser(user) };
};

async function resend(
  world: World,
  pool: Pool,
  input: Input,
  password: string,
  mediums: readonly string[],
): Promise<object> {
  const hash = await hashPassword(password);
  const user = userOf(pool, input);
  if (user.status !== "FORCE_CHANGE_PASSWORD") {
    throw new CognitoFault(
      "UnsupportedUserStateException",
      "User is not in FORCE_CHANGE_PASSWORD state; nothing to resend.",
    );
  }
  const next = changeUser(pool, user, world.settings.now(), () => ({
    password: hash,
    passwordUntil: endOfTemporary(world, pool),
  }));
  invite(world, pool, next, password, mediums);
  return { User: renderUser(next) };
}

function endOfTemporary(world: World, pool: Pool): Date {
  return new Date(world.settings.now().getTime() + pool.settings.policy.temporaryDays * 86_400_000);
}

function invite(world: World, pool: Pool, user: User, password: string, mediums: readonly string[]): void {
  for (const medium of mediums) {
    const contact = medium === "EMAIL" ? "email" : "phone_number";
    const to = user.attributes.get(contact);
    if (to !== undefined) deliverCode(world, pool, { to, contact, code: password, purpose: "invitation" });
  }
}
