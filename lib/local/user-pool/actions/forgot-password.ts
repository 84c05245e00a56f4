import { deliverCode, recoveryContact, simulatedDelivery } from "../delivery.ts";
import { combinationNotFound, invalidParameter, notAuthorized } from "../fault.ts";
import { migrate } from "../flows/migrate.ts";
import { optionalText, text, textMap, usernameRules } from "../input.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { type Action, type Client, clientOf, type Pool, type User, type World } from "../world.ts";

/** Sends a reset code. For a user whom the pool does not know the migration trigger is asked first, without a password. */
export const forgotPassword: Action = async (world, input) => {
  const { pool, client } = clientOf(world, input);
  const typed = text(input, "Username", usernameRules);
  checkSecretHash(client, [typed], optionalText(input, "SecretHash"));
  const user = pool.users.find(typed) ?? (await migrated(world, pool, client, typed, textMap(input, "ClientMetadata")));
  const refusal = refusalOf(pool, user);
  if (refusal !== undefined) {
    if (client.settings.hidesUnknownUsers) return { CodeDeliveryDetails: simulatedDelivery(pool, typed) };
    throw refusal;
  }
  const contact = user && recoveryContact(pool, user);
  if (user === undefined || contact === undefined) throw combinationNotFound();
  const to = user.attributes.get(contact) ?? "";
  const code = pool.codes.issue(user.sub, "forgotten-password", contact, to);
  return { CodeDeliveryDetails: deliverCode(world, pool, { to, contact, code, purpose: "forgotten-password" }) };
};

async function migrated(
  world: World,
  pool: Pool,
  client: Client,
  typed: string,
  clientMetadata: ReadonlyMap<string, string> | undefined,
): Promise<User | undefined> {
  const question = { typed, password: undefined, validationData: undefined, clientMetadata };
  const migration = await migrate(world, pool, client, question);
  return migration.kind === "nobody" ? undefined : migration.user;
}

function refusalOf(pool: Pool, user: User | undefined): Error | undefined {
  if (user === undefined) return combinationNotFound();
  if (!user.enabled) return notAuthorized("User is disabled.");
  if (user.status === "FORCE_CHANGE_PASSWORD" || user.status === "EXTERNAL_PROVIDER") {
    return notAuthorized("User password cannot be reset in the current state.");
  }
  if (pool.settings.recovery.every((each) => each === "admin_only")) {
    return notAuthorized("Contact administrator to reset password.");
  }
  if (recoveryContact(pool, user) === undefined) {
    return invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
  }
  return undefined;
}
