import { randomUUID } from "node:crypto";
import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";
import { readable } from "./attributes.ts";
import { notAuthorized, userNotFound } from "./fault.ts";
import { verifiedFlags } from "./schema.ts";
import type { Session } from "./sessions.ts";
import type { Client, Pool, User, World } from "./world.ts";

/** `AuthenticationResult` of the API. A refresh gives no new refresh token. */
export interface TokenSet {
  readonly AccessToken: string;
  readonly IdToken: string;
  readonly RefreshToken?: string;
  readonly ExpiresIn: number;
  readonly TokenType: "Bearer";
}

const userScope = "aws.cognito.signin.user.admin";

export function issuerOf(world: World, pool: Pool): string {
  return `${world.endpoint()}/${pool.id}`;
}

/** Opens a session and signs its first tokens. */
export async function openSession(world: World, pool: Pool, client: Client, user: User): Promise<TokenSet> {
  const now = world.settings.now();
  const until = new Date(now.getTime() + client.settings.refreshSeconds * 1000);
  const { session, refreshToken } = pool.sessions.open({ sub: user.sub, clientId: client.id, authTime: now, until });
  return { ...(await signTokens(world, pool, client, user, session)), RefreshToken: refreshToken };
}

/** Signs an ID token and an access token with Cognito's claims (developer guide, "Understanding the tokens"). */
export async function signTokens(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  session: Session,
): Promise<TokenSet> {
  const iat = Math.floor(world.settings.now().getTime() / 1000);
  const shared = {
    sub: user.sub,
    iss: issuerOf(world, pool),
    origin_jti: session.id,
    event_id: randomUUID(),
    auth_time: Math.floor(session.authTime.getTime() / 1000),
    iat,
    ...groupClaims(pool, user),
  };
  const flags: readonly string[] = [...verifiedFlags.values()];
  const attributes = [...readable(client.settings.readAttributes, user.attributes)].map(([name, value]) => [
    name,
    flags.includes(name) ? value === "true" : value,
  ]);
  const identities = pool.providers.identitiesOf(user.sub);
  const id = {
    ...Object.fromEntries(attributes),
    ...(identities.length === 0 ? {} : { identities }),
    ...shared,
    "cognito:username": user.username,
    aud: client.id,
    token_use: "id",
    exp: iat + client.settings.idSeconds,
    jti: randomUUID(),
  };
  const access = {
    ...shared,
    client_id: client.id,
    token_use: "access",
    scope: userScope,
    username: user.username,
    exp: iat + client.settings.accessSeconds,
    jti: randomUUID(),
  };
  const key = await pool.key.privateKey();
  const sign = (claims: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: pool.key.kid }).sign(key);
  const [IdToken, AccessToken] = await Promise.all([sign(id), sign(access)]);
  return { AccessToken, IdToken, ExpiresIn: client.settings.accessSeconds, TokenType: "Bearer" };
}

/** The user's groups, the one of the highest precedence first; no claim for a user of none. */
function groupClaims(pool: Pool, user: User): { readonly "cognito:groups"?: readonly string[] } {
  const groups = pool.groups.ofUser(user.sub).map((group) => group.name);
  return groups.length === 0 ? {} : { "cognito:groups": groups };
}

/**
 * The user of an access token, with the client it was made for.
 * @throws CognitoFault NotAuthorizedException for a token that is not valid, expired or signed out; UserNotFoundException.
 */
export async function userOfToken(
  world: World,
  token: string,
): Promise<{ readonly pool: Pool; readonly client: Client; readonly user: User }> {
  const issuer = claimedIssuer(token);
  const pool = [...world.pools.values()].find((each) => issuerOf(world, each) === issuer);
  const claims = pool && (await verify(world, pool, token));
  const client = claims && pool.clients.get(claims.clientId);
  if (pool === undefined || claims === undefined || client === undefined) throw notAuthorized("Invalid Access Token");
  const user = pool.users.bySub(claims.sub) ?? fail(userNotFound());
  if (!pool.sessions.isLive(claims.session)) throw notAuthorized("Access Token has been revoked");
  if (!user.enabled) throw notAuthorized("User is disabled.");
  return { pool, client, user };
}

function fail(fault: Error): never {
  throw fault;
}

/** Who the token says made it; only used to choose the key that it is verified with. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

interface AccessClaims {
  readonly sub: string;
  readonly clientId: string;
  readonly session: string;
}

async function verify(world: World, pool: Pool, token: string): Promise<AccessClaims | undefined> {
  const options = { issuer: issuerOf(world, pool), algorithms: ["RS256"], currentDate: world.settings.now() };
  try {
    const { payload } = await jwtVerify(token, await pool.key.publicKey(), options);
    const { sub, client_id: clientId, origin_jti: session, token_use: use } = payload;
    const whole = typeof sub === "string" && typeof clientId === "string" && typeof session === "string";
    return whole && use === "access" ? { sub, clientId, session } : undefined;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw notAuthorized("Access Token has expired");
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
