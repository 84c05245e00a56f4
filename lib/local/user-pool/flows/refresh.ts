import { invalidParameter, notAuthorized } from "../fault.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { signTokens } from "../tokens.ts";
import type { Client, Pool, World } from "../world.ts";

/** New ID and access tokens for a refresh token. No trigger of this simulator runs here: blocking takes a sign-out. */
export async function refreshTokens(
  world: World,
  pool: Pool,
  client: Client,
  parameters: ReadonlyMap<string, string>,
): Promise<object> {
  const token = parameters.get("REFRESH_TOKEN");
  if (token === undefined || token === "") throw invalidParameter("Missing required parameter REFRESH_TOKEN");
  const session = pool.sessions.byRefreshToken(token);
  const user = session && pool.users.bySub(session.sub);
  if (session === undefined || user === undefined || session.clientId !== client.id) {
    throw notAuthorized("Invalid Refresh Token");
  }
  checkSecretHash(client, [user.username, user.sub], parameters.get("SECRET_HASH"));
  if (session.until <= world.settings.now()) throw notAuthorized("Refresh Token has expired");
  if (!user.enabled) throw notAuthorized("User is disabled.");
  return { AuthenticationResult: await signTokens(world, pool, client, user, session), ChallengeParameters: {} };
}
