import type { Client, Pool, User, World } from "../world.ts";
import { callTrigger, requireAnswer } from "./call.ts";
import { type ClientMetadata, eventAttributes, ifGiven, makeEvent, orNull } from "./event.ts";

/** Calls PreAuthentication: before any password is checked, and it never gets the password. */
export async function callPreAuthentication(
  world: World,
  pool: Pool,
  client: Client,
  who: { readonly kind: "known"; readonly user: User } | { readonly kind: "unknown"; readonly typed: string },
  validationData: ClientMetadata,
): Promise<void> {
  const event = makeEvent(world, pool, client, {
    triggerSource: "PreAuthentication_Authentication",
    userName: who.kind === "known" ? who.user.username : who.typed,
    request: {
      userAttributes: who.kind === "known" ? eventAttributes(pool, who.user) : {},
      validationData: orNull(validationData),
      // Only sent for clients that hide which users exist.
      ...(client.settings.hidesUnknownUsers ? { userNotFound: who.kind === "unknown" } : {}),
    },
    response: {},
  });
  requireAnswer("PreAuthentication", await callTrigger(world, pool, "PreAuthentication", event));
}

/** Calls PostAuthentication: the password was right, the tokens are not out yet; an error keeps them back. */
export async function callPostAuthentication(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  clientMetadata: ClientMetadata,
): Promise<void> {
  const event = makeEvent(world, pool, client, {
    triggerSource: "PostAuthentication_Authentication",
    userName: user.username,
    // Devices are not remembered here.
    request: { userAttributes: eventAttributes(pool, user), newDeviceUsed: false, ...ifGiven(clientMetadata) },
    response: {},
  });
  requireAnswer("PostAuthentication", await callTrigger(world, pool, "PostAuthentication", event));
}
