import { aliasExists } from "../attributes.ts";
import { CognitoFault, invalidParameter, userNotFound } from "../fault.ts";
import { type Input, optionalText, record, text } from "../input.ts";
import { changeUser } from "../user-names.ts";
import { type Action, type Pool, poolOf, type User } from "../world.ts";

/** Quotas page: 5 identities linked to a user. */
const maxLinked = 5;

/**
 * Links a person of a provider to a user of the pool, before the person's first arrival: afterwards
 * simulateFederatedSignIn finds the user of the pool. Users of the pool's own are the only destination here.
 */
export const adminLinkProviderForUser: Action = (world, input) => {
  const pool = poolOf(world, input);
  const user = destinationOf(pool, record(input, "DestinationUser") ?? {});
  const source = record(input, "SourceUser") ?? {};
  const name = text(source, "ProviderName", { min: 1, max: 32 });
  const provider = pool.providers.byName.get(name);
  if (provider === undefined) throw invalidParameter(`The provider ${name} does not exist for this user pool.`);
  if (optionalText(source, "ProviderAttributeName", { min: 1, max: 32 }) !== "Cognito_Subject") {
    throw invalidParameter("SourceUser.ProviderAttributeName: this simulator knows Cognito_Subject only.");
  }
  const userId = text(source, "ProviderAttributeValue", { min: 1, max: 2048 });
  if (pool.users.find(`${name}_${userId}`) !== undefined) {
    throw invalidParameter("Merging is not currently supported, provide a SourceUser that has not signed in yet.");
  }
  const holder = pool.providers.linkedTo(name, userId);
  if (holder !== undefined) throw aliasExists("SourceUser");
  const linked = pool.providers.identitiesOf(user.sub);
  if (linked.length >= maxLinked) {
    throw new CognitoFault("LimitExceededException", `A user can have ${maxLinked} linked identities.`);
  }
  const now = world.settings.now();
  const identity = { userId, providerName: name, providerType: provider.type, issuer: null, primary: false };
  pool.providers.link({ ...identity, dateCreated: now.getTime() }, user.sub);
  const identities = JSON.stringify(pool.providers.identitiesOf(user.sub));
  changeUser(pool, user, now, (current) => ({
    attributes: new Map([...current.attributes, ["identities", identities]]),
  }));
  return {};
};

function destinationOf(pool: Pool, destination: Input): User {
  const provider = text(destination, "ProviderName", { min: 1, max: 32 });
  if (provider !== "Cognito")
    throw invalidParameter("DestinationUser.ProviderName: this simulator knows Cognito only.");
  const user = pool.users.find(text(destination, "ProviderAttributeValue", { min: 1, max: 2048 }));
  if (user === undefined || user.status === "EXTERNAL_PROVIDER") throw userNotFound();
  return user;
}
