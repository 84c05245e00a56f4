import { CognitoFault, notAuthorized, userNotFound, wrongUserOrPassword } from "../fault.ts";
import { matchesPassword } from "../passwords.ts";
import { openSession, type TokenSet } from "../tokens.ts";
import { callPostAuthentication, callPreAuthentication } from "../triggers/authentication.ts";
import type { ClientMetadata } from "../triggers/event.ts";
import type { Client, Pool, User, World } from "../world.ts";
import { migrate } from "./migrate.ts";

export interface PasswordSignIn {
  readonly typed: string;
  readonly password: string;
  readonly clientMetadata: ClientMetadata;
}

/** What InitiateAuth and the answer to a challenge give. */
export type SignInResult =
  | { readonly AuthenticationResult: TokenSet; readonly ChallengeParameters: Readonly<Record<string, string>> }
  | {
      readonly ChallengeName: "NEW_PASSWORD_REQUIRED";
      readonly Session: string;
      readonly ChallengeParameters: Readonly<Record<string, string>>;
    };

/** A sign-in with a password: of a user of the pool, or of one who is still to be migrated. */
export async function signInByPassword(
  world: World,
  pool: Pool,
  client: Client,
  attempt: PasswordSignIn,
): Promise<SignInResult> {
  const known = pool.users.find(attempt.typed);
  if (known !== undefined) return signInKnown(world, pool, client, known, attempt);

  const order = client.settings.hidesUnknownUsers ? world.settings.preAuthenticationOfUnknown : "never";
  const asUnknown = { kind: "unknown", typed: attempt.typed } as const;
  if (order === "before-migration") await callPreAuthentication(world, pool, client, asUnknown, attempt.clientMetadata);
  const migration = await migrate(world, pool, client, {
    typed: attempt.typed,
    password: attempt.password,
    validationData: attempt.clientMetadata,
    clientMetadata: undefined,
  });
  switch (migration.kind) {
    case "nobody":
      if (order === "after-migration") {
        await callPreAuthentication(world, pool, client, asUnknown, attempt.clientMetadata);
      }
      // The same work as for a wrong password.
      await matchesPassword(attempt.password, undefined);
      throw client.settings.hidesUnknownUsers ? wrongUserOrPassword() : userNotFound();
    case "there-already":
      return signInKnown(world, pool, client, migration.user, attempt);
    case "created":
      if (migration.signInFails) throw wrongUserOrPassword();
      return signInKnown(world, pool, client, migration.user, attempt);
  }
}

async function signInKnown(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  attempt: PasswordSignIn,
): Promise<SignInResult> {
  const hides = client.settings.hidesUnknownUsers;
  pool.lockouts.check(user.sub);
  if (!hides && !user.enabled) throw disabled();
  await callPreAuthentication(world, pool, client, { kind: "known", user }, attempt.clientMetadata);
  // Without the cloak a user who must reset is told so before the password is looked at (imported users have none).
  if (!hides && user.status === "RESET_REQUIRED") throw resetRequired();
  if (!(await matchesPassword(attempt.password, user.password))) {
    pool.lockouts.failed(user.sub);
    throw wrongUserOrPassword();
  }
  pool.lockouts.succeeded(user.sub);
  // The user may have been changed while the trigger and the check went on.
  const current = pool.users.bySub(user.sub);
  if (current === undefined || current.password !== user.password) throw wrongUserOrPassword();
  if (!current.enabled) throw disabled();
  switch (current.status) {
    case "UNCONFIRMED":
      throw new CognitoFault("UserNotConfirmedException", "User is not confirmed.");
    case "RESET_REQUIRED":
      throw resetRequired();
    case "FORCE_CHANGE_PASSWORD":
      return askNewPassword(world, pool, client, current);
    case "EXTERNAL_PROVIDER":
      throw wrongUserOrPassword();
    case "CONFIRMED":
      return completeSignIn(world, pool, client, current, undefined);
  }
}

/** The last step of every sign-in: PostAuthentication, then the tokens. */
export async function completeSignIn(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  clientMetadata: ClientMetadata,
): Promise<SignInResult> {
  await callPostAuthentication(world, pool, client, user, clientMetadata);
  const current = pool.users.bySub(user.sub);
  if (current === undefined) throw wrongUserOrPassword();
  if (!current.enabled) throw disabled();
  return { AuthenticationResult: await openSession(world, pool, client, current), ChallengeParameters: {} };
}

function askNewPassword(world: World, pool: Pool, client: Client, user: User): SignInResult {
  const now = world.settings.now();
  if (user.passwordUntil !== undefined && user.passwordUntil <= now) {
    throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
  }
  const missing = [...pool.schema.values()].filter(
    (each) => each.required && each.name !== "sub" && !user.attributes.has(each.name),
  );
  const until = new Date(now.getTime() + client.settings.sessionMinutes * 60_000);
  return {
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session: pool.sessions.challenge({ sub: user.sub, clientId: client.id, until }),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(missing.map((each) => `userAttributes.${each.name}`)),
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
  };
}

function disabled(): CognitoFault {
  return notAuthorized("User is disabled.");
}

function resetRequired(): CognitoFault {
  return new CognitoFault("PasswordResetRequiredException", "Password reset required for the user");
}
