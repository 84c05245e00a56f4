import { randomUUID } from "node:crypto";
import { checkAttributes, mergeAttributes } from "../attributes.ts";
import { CognitoFault, notAuthorized } from "../fault.ts";
import { openSession, type TokenSet } from "../tokens.ts";
import { callPostAuthentication, callPreAuthentication } from "../triggers/authentication.ts";
import { callPostConfirmation } from "../triggers/post-confirmation.ts";
import { askPreSignUp } from "../triggers/pre-sign-up.ts";
import { changeUser } from "../user-names.ts";
import type { User, World } from "../world.ts";

/** A person who comes back from another identity provider, as hosted sign-in pages would receive them. */
export interface FederatedArrival {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly providerName: string;
  /** The person's id at the provider. */
  readonly providerUserId: string;
  /** Attributes after the provider's attribute mapping. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FederatedSignIn {
  readonly username: string;
  readonly created: boolean;
  readonly tokens: TokenSet;
}

/**
 * A person who is linked to a user of the pool (AdminLinkProviderForUser) arrives as that user. Of others the first
 * arrival calls PreSignUp_ExternalProvider and PostConfirmation, later ones PreAuthentication and
 * PostAuthentication. The migration trigger is never called.
 * @throws CognitoFault what the sign-in page would show: the error of the trigger, or ResourceNotFoundException.
 */
export async function signInFederated(world: World, arrival: FederatedArrival): Promise<FederatedSignIn> {
  const pool = world.pools.get(arrival.userPoolId);
  const client = pool?.clients.get(arrival.clientId);
  if (pool === undefined || client === undefined) {
    throw new CognitoFault("ResourceNotFoundException", `User pool client ${arrival.clientId} does not exist.`);
  }
  const linked = pool.providers.linkedTo(arrival.providerName, arrival.providerUserId);
  const native = linked === undefined ? undefined : pool.users.bySub(linked);
  const username = native?.username ?? `${arrival.providerName}_${arrival.providerUserId}`;
  const given = mergeAttributes(new Map(), new Map(Object.entries(arrival.attributes)));
  checkAttributes(pool.schema, given, { required: false });
  const known = native ?? pool.users.find(username);
  if (known !== undefined) {
    if (!known.enabled) throw notAuthorized("User is disabled.");
    await callPreAuthentication(world, pool, client, { kind: "known", user: known }, undefined);
    const user = changeUser(pool, known, world.settings.now(), (current) => ({
      attributes: mergeAttributes(current.attributes, given),
    }));
    await callPostAuthentication(world, pool, client, user, undefined);
    return { username, created: false, tokens: await openSession(world, pool, client, user) };
  }

  await askPreSignUp(world, pool, client, {
    source: "ExternalProvider",
    username,
    attributes: given,
    validationData: undefined,
    clientMetadata: undefined,
  });
  const now = world.settings.now();
  const user: User = {
    username,
    sub: randomUUID(),
    attributes: given,
    status: "EXTERNAL_PROVIDER",
    enabled: true,
    password: undefined,
    passwordUntil: undefined,
    created: now,
    modified: now,
  };
  // Two first arrivals at once: the later one finds the user of the earlier one.
  const there = pool.users.find(username);
  if (there === undefined) pool.users.put(user);
  const current = there ?? user;
  if (there === undefined) {
    world.settings.onEvent({ kind: "user-created", pool: pool.id, username, status: user.status });
    await callPostConfirmation(world, pool, client, user, "ConfirmSignUp", undefined);
  }
  return { username, created: there === undefined, tokens: await openSession(world, pool, client, current) };
}
