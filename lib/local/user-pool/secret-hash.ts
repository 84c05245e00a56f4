import { createHmac, timingSafeEqual } from "node:crypto";
import { notAuthorized } from "./fault.ts";
import type { Client } from "./world.ts";

/**
 * Checks the SECRET_HASH of a client that has a secret: base64(HMAC-SHA256(secret, user name + client id)).
 * @throws CognitoFault NotAuthorizedException
 */
export function checkSecretHash(client: Client, names: readonly string[], given: string | undefined): void {
  if (client.secret === undefined) {
    if (given === undefined) return;
    throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
  }
  if (given === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  const typed = Buffer.from(given, "base64");
  const secret = client.secret;
  const fits = names.some((name) => {
    const right = createHmac("sha256", secret)
      .update(name + client.id)
      .digest();
    return typed.length === right.length && timingSafeEqual(typed, right);
  });
  if (!fits) throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
}
