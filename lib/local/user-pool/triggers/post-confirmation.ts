import type { Client, Pool, User, World } from "../world.ts";
import { callTrigger, requireAnswer } from "./call.ts";
import { type ClientMetadata, eventAttributes, ifGiven, makeEvent } from "./event.ts";

/** Calls PostConfirmation. The user is confirmed by then: an error of the function is told, and changes nothing. */
export async function callPostConfirmation(
  world: World,
  pool: Pool,
  client: Client | undefined,
  user: User,
  source: "ConfirmSignUp" | "ConfirmForgotPassword",
  clientMetadata: ClientMetadata,
): Promise<void> {
  const event = makeEvent(world, pool, client, {
    triggerSource: `PostConfirmation_${source}`,
    userName: user.username,
    request: { userAttributes: eventAttributes(pool, user), ...ifGiven(clientMetadata) },
    response: {},
  });
  requireAnswer("PostConfirmation", await callTrigger(world, pool, "PostConfirmation", event));
}
