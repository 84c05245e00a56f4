import { checkAttributes, checkMutable, checkWritable, mergeAttributes } from "../attributes.ts";
import { CognitoFault, invalidParameter, notAuthorized, notSimulated } from "../fault.ts";
import { completeSignIn } from "../flows/sign-in.ts";
import { type Input, text, textMap } from "../input.ts";
import { checkPasswordPolicy } from "../password-policy.ts";
import { hashPassword } from "../passwords.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { changeUser, claimAliases } from "../user-names.ts";
import { type Action, type Client, clientOf, type Pool, poolClientOf, type World } from "../world.ts";

export const respondToAuthChallenge: Action = (world, input) => {
  const { pool, client } = clientOf(world, input);
  return answer(world, pool, client, input);
};

export const adminRespondToAuthChallenge: Action = (world, input) => {
  const { pool, client } = poolClientOf(world, input);
  return answer(world, pool, client, input);
};

const prefix = "userAttributes.";

/** NEW_PASSWORD_REQUIRED: the user of an administrator chooses a password, and may give attributes that are missing. */
async function answer(world: World, pool: Pool, client: Client, input: Input): Promise<object> {
  const challengeName = text(input, "ChallengeName");
  if (challengeName !== "NEW_PASSWORD_REQUIRED") throw notSimulated(`The challenge ${challengeName}`);
  const responses = textMap(input, "ChallengeResponses") ?? new Map<string, string>();
  const typed = required(responses, "USERNAME");
  const password = required(responses, "NEW_PASSWORD");
  checkSecretHash(client, [typed], responses.get("SECRET_HASH"));

  const token = text(input, "Session", { min: 20, max: 2048 });
  const challenge = pool.sessions.challenged(token);
  const user = challenge && pool.users.bySub(challenge.sub);
  if (user === undefined || challenge === undefined) throw notAuthorized("Invalid session for the user.");
  if (pool.users.find(typed)?.sub !== user.sub || challenge.clientId !== client.id) {
    throw notAuthorized("Invalid session for the user.");
  }
  if (challenge.until <= world.settings.now()) throw notAuthorized("Invalid session for the user, session is expired.");
  if (!user.enabled) throw notAuthorized("User is disabled.");

  const given = new Map(
    [...responses].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
  );
  const changed = new Map([...given].filter(([name, value]) => user.attributes.get(name) !== value));
  checkWritable(client.settings.writeAttributes, changed);
  checkMutable(pool.schema, new Map([...changed].filter(([name]) => user.attributes.has(name))));
  checkPassword(password);
  checkPasswordPolicy(pool.settings.policy, password);
  checkAttributes(pool.schema, mergeAttributes(user.attributes, changed), { required: true });
  const hash = await hashPassword(password);

  // The session works once; a second answer with it finds it spent.
  if (pool.sessions.challenged(token) === undefined) throw notAuthorized("Invalid session for the user.");
  claimAliases(pool, user.username, mergeAttributes(user.attributes, changed), false);
  pool.sessions.answered(token);
  const next = changeUser(pool, user, world.settings.now(), (current) => ({
    attributes: mergeAttributes(current.attributes, changed),
    password: hash,
    passwordUntil: undefined,
    status: "CONFIRMED",
  }));
  return completeSignIn(world, pool, client, next, textMap(input, "ClientMetadata"));
}

function checkPassword(password: string): void {
  if (password.length <= 256 && /^[\S]+.*[\S]+$/.test(password)) return;
  throw new CognitoFault(
    "InvalidPasswordException",
    "Password did not conform with policy: at most 256 characters, no space at an end",
  );
}

function required(responses: ReadonlyMap<string, string>, name: string): string {
  const value = responses.get(name);
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}
