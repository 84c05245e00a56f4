import { createHmac } from "node:crypto";
import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUserGlobalSignOutCommand,
  GetUserCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { addUser, tokensOf } from "./people.ts";
import { type Bench, openBench, outcome, type PoolInput, strong } from "./support.ts";

function refresh(bench: Bench, token: string, more: Record<string, string> = {}): Promise<string> {
  return outcome(async () => {
    const answer = await bench.sdk.send(
      new InitiateAuthCommand({
        ClientId: bench.clientId,
        AuthFlow: "REFRESH_TOKEN_AUTH",
        AuthParameters: { REFRESH_TOKEN: token, ...more },
      }),
    );
    return answer.AuthenticationResult?.AccessToken ?? "none";
  });
}

const whoAmI = (bench: Bench, AccessToken: string) =>
  outcome(() => bench.sdk.send(new GetUserCommand({ AccessToken })));

describe("tokens", () => {
  it("verify against the pool's key set and carry Cognito's claims", async () => {
    const pool: PoolInput = { Schema: [{ Name: "legacy_id", AttributeDataType: "String" }] };
    const bench = await openBench({ pool });
    await addUser(bench, "ann", strong, { email: "ann@example.com", email_verified: "true", "custom:legacy_id": "7" });
    const tokens = await tokensOf(bench, "ann", strong);
    expect(tokens).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer" });

    const issuer = `${bench.server.endpoint}/${bench.poolId}`;
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    const id = await jwtVerify(tokens.IdToken, keys, { issuer, audience: bench.clientId, algorithms: ["RS256"] });
    expect(id.payload).toMatchObject({
      token_use: "id",
      "cognito:username": "ann",
      email: "ann@example.com",
      email_verified: true,
      "custom:legacy_id": "7",
    });
    for (const name of ["sub", "auth_time", "exp", "iat", "jti", "origin_jti", "event_id"]) {
      expect(id.payload).toHaveProperty(name);
    }
    const access = await jwtVerify(tokens.AccessToken, keys, { issuer });
    expect(access.payload).toMatchObject({
      token_use: "access",
      client_id: bench.clientId,
      username: "ann",
      scope: "aws.cognito.signin.user.admin",
      sub: id.payload.sub,
    });
    expect(tokens.RefreshToken.split(".")).toHaveLength(1);
  });

  it("show only what the client may read", async () => {
    const bench = await openBench({ client: { ReadAttributes: ["name"] } });
    await addUser(bench, "ann", strong, { email: "ann@example.com", name: "Ann" });
    const { AccessToken } = await tokensOf(bench, "ann", strong);
    const user = await bench.sdk.send(new GetUserCommand({ AccessToken }));
    expect(user.UserAttributes?.map((each) => each.Name)).toEqual(["sub", "name"]);
  });

  it("are refreshed without any trigger, until the user is disabled or signed out", async () => {
    const bench = await openBench({ triggers: { PreAuthentication: () => undefined, PreSignUp: () => undefined } });
    await addUser(bench, "ann", strong);
    const user = { UserPoolId: bench.poolId, Username: "ann" };
    const { AccessToken, RefreshToken } = await tokensOf(bench, "ann", strong);
    const calls = bench.seen.length;
    expect((await refresh(bench, RefreshToken)).split(".")).toHaveLength(3);
    expect(bench.seen).toHaveLength(calls);
    expect(await whoAmI(bench, AccessToken)).toBe("ok");

    await bench.sdk.send(new AdminDisableUserCommand(user));
    expect(await refresh(bench, RefreshToken)).toBe("NotAuthorizedException: User is disabled.");
    expect(await whoAmI(bench, AccessToken)).toBe("NotAuthorizedException: User is disabled.");
    await bench.sdk.send(new AdminEnableUserCommand(user));
    expect(await whoAmI(bench, AccessToken)).toBe("ok");

    await bench.sdk.send(new AdminUserGlobalSignOutCommand(user));
    expect(await refresh(bench, RefreshToken)).toBe("NotAuthorizedException: Invalid Refresh Token");
    expect(await whoAmI(bench, AccessToken)).toBe("NotAuthorizedException: Access Token has been revoked");

    const again = await tokensOf(bench, "ann", strong);
    await bench.sdk.send(new AdminDeleteUserCommand(user));
    expect(await whoAmI(bench, again.AccessToken)).toBe("UserNotFoundException: User does not exist.");
  });

  it("end when their time is over", async () => {
    let time = Date.now();
    const client = {
      AccessTokenValidity: 5,
      RefreshTokenValidity: 2,
      TokenValidityUnits: { AccessToken: "minutes", RefreshToken: "hours" },
    } as const;
    const bench = await openBench({ client, options: { now: () => new Date(time) } });
    await addUser(bench, "ann", strong);
    const { AccessToken, RefreshToken, ExpiresIn } = await tokensOf(bench, "ann", strong);
    expect(ExpiresIn).toBe(300);
    time += 301_000;
    expect(await whoAmI(bench, AccessToken)).toBe("NotAuthorizedException: Access Token has expired");
    time += 7_200_000;
    expect(await refresh(bench, RefreshToken)).toBe("NotAuthorizedException: Refresh Token has expired");
  });

  it("are not taken from another pool or when they are no tokens", async () => {
    const bench = await openBench();
    const other = await openBench();
    await addUser(other, "ann", strong);
    const { AccessToken, IdToken, RefreshToken } = await tokensOf(other, "ann", strong);
    for (const token of [AccessToken, "nonsense", "a.b.c"]) {
      expect(await whoAmI(bench, token)).toBe("NotAuthorizedException: Invalid Access Token");
    }
    expect(await whoAmI(other, IdToken)).toBe("NotAuthorizedException: Invalid Access Token");
    expect(await refresh(bench, RefreshToken)).toBe("NotAuthorizedException: Invalid Refresh Token");
  });
});

describe("a client with a secret", () => {
  const hashOf = (bench: Bench, name: string) =>
    createHmac("sha256", bench.secret ?? "")
      .update(name + bench.clientId)
      .digest("base64");

  it("signs in only with the right SECRET_HASH", async () => {
    const bench = await openBench({ client: { GenerateSecret: true } });
    await addUser(bench, "ann", strong);
    const signIn = (more: Record<string, string>) =>
      outcome(async () => {
        const answer = await bench.sdk.send(
          new InitiateAuthCommand({
            ClientId: bench.clientId,
            AuthFlow: "USER_PASSWORD_AUTH",
            AuthParameters: { USERNAME: "ann", PASSWORD: strong, ...more },
          }),
        );
        return answer.AuthenticationResult?.RefreshToken ?? "none";
      });
    expect(await signIn({})).toContain("SECRET_HASH was not received");
    expect(await signIn({ SECRET_HASH: hashOf(bench, "bob") })).toContain("Unable to verify secret hash for client");
    const token = await signIn({ SECRET_HASH: hashOf(bench, "ann") });
    expect(token).not.toContain("Exception");
    expect(await refresh(bench, token)).toContain("SECRET_HASH was not received");
    expect((await refresh(bench, token, { SECRET_HASH: hashOf(bench, "ann") })).split(".")).toHaveLength(3);
  });
});
