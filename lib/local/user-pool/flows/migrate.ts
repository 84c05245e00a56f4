import { checkAttributes, mergeAttributes } from "../attributes.ts";
import { CognitoFault, userNotFound } from "../fault.ts";
import { usernameRules } from "../input.ts";
import { hashPassword } from "../passwords.ts";
import { askPreSignUp } from "../triggers/pre-sign-up.ts";
import {
  askMigration,
  type MigrationAnswer,
  type MigrationQuestion,
  migrationFailed,
} from "../triggers/user-migration.ts";
import { claimAliases, nameNewUser } from "../user-names.ts";
import type { Client, Pool, User, World } from "../world.ts";

/** How a migration ended. */
export type Migration =
  /** No trigger, or an empty response: Cognito goes on as for a user whom nobody knows. */
  | { readonly kind: "nobody" }
  /** Another sign-in of the same user was faster. Its password has to be checked as for every user of the pool. */
  | { readonly kind: "there-already"; readonly user: User }
  | { readonly kind: "created"; readonly user: User; readonly signInFails: boolean };

/**
 * Asks the migration trigger for a user whom the pool does not know, and creates the user. The password policy is not
 * held against the password. PreSignUp is called between the answer and the creation, as `PreSignUp_AdminCreateUser`.
 * @throws CognitoFault UserNotFoundException when the trigger failed or its answer does not fit the pool.
 */
export async function migrate(
  world: World,
  pool: Pool,
  client: Client,
  question: MigrationQuestion,
): Promise<Migration> {
  const answer = await askMigration(world, pool, client, question);
  if (answer === undefined) return { kind: "nobody" };
  const { attributes, name } = asMigrationFault(() => fitToPool(pool, client, question.typed, answer));
  await askPreSignUp(world, pool, client, {
    source: "AdminCreateUser",
    username: name.username,
    attributes,
    validationData: question.validationData,
    clientMetadata: question.clientMetadata,
  });
  const password = question.password === undefined ? undefined : await hashPassword(question.password);

  // From here to the end nothing waits: two first sign-ins of one user never make two users.
  const there = pool.users.find(question.typed);
  if (there !== undefined) return { kind: "there-already", user: there };
  if (pool.users.find(name.username) !== undefined) throw migrationFailed(client);
  try {
    claimAliases(pool, name.username, attributes, answer.forceAliasCreation);
  } catch (error) {
    if (error instanceof CognitoFault) throw migrationFailed(client);
    throw error;
  }
  const now = world.settings.now();
  const user: User = {
    username: name.username,
    sub: name.sub,
    attributes,
    // Without a password nobody can be let in, whatever the function said.
    status: password === undefined ? "RESET_REQUIRED" : answer.status,
    enabled: true,
    password,
    passwordUntil: undefined,
    created: now,
    modified: now,
  };
  pool.users.put(user);
  world.settings.onEvent({ kind: "user-created", pool: pool.id, username: user.username, status: user.status });
  if (answer.welcome) world.settings.onEvent({ kind: "welcome-sent", pool: pool.id, username: user.username });
  return { kind: "created", user, signInFails: answer.namesSub };
}

function fitToPool(pool: Pool, client: Client, typed: string, answer: MigrationAnswer) {
  if (answer.enableSmsMfa && (pool.settings.mfa === "OFF" || !answer.attributes.has("phone_number"))) {
    throw migrationFailed(client);
  }
  const wanted = answer.username ?? typed;
  if (wanted.length > (usernameRules.max ?? 0) || usernameRules.pattern?.test(wanted) !== true) {
    throw migrationFailed(client);
  }
  if (answer.username !== undefined && !leadsTo(pool, typed, answer)) throw migrationFailed(client);
  const name = nameNewUser(pool, wanted, answer.attributes);
  checkAttributes(pool.schema, name.attributes, { required: true });
  return { name, attributes: mergeAttributes(new Map(), name.attributes) };
}

/** A function may choose another user name than was typed only when what was typed is an alias of the new user. */
function leadsTo(pool: Pool, typed: string, answer: MigrationAnswer): boolean {
  const fold = (text: string | undefined) => (pool.identity.caseSensitive ? text : text?.toLowerCase());
  const names = [answer.username, ...pool.identity.aliasAttributes.map((each) => answer.attributes.get(each))];
  return names.some((each) => fold(each) === fold(typed));
}

/** In a migration the same texts come as UserNotFoundException (re:Post "Cognito migration Lambda trigger errors"). */
function asMigrationFault<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CognitoFault) throw userNotFound(error.message);
    throw error;
  }
}
