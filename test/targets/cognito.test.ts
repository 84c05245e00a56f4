import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it, vi } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { cognitoImportTarget, cognitoTarget } from "../../lib/targets/cognito.ts";
import { openBench } from "../local/user-pool/support.ts";

const { signal } = new AbortController();
const password = "An old password 1";

async function aPool() {
  const { sdk, poolId, server, signIn, codes } = await openBench();
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", server.endpoint);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const of = { UserPoolId: poolId, Username: "ann" };
  const attributes = [
    { Name: "email", Value: "ann@example.com" },
    { Name: "email_verified", Value: "true" },
  ];
  await sdk.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS", UserAttributes: attributes }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...of, Password: password, Permanent: true }));
  const row: LedgerUser = {
    source: "shop",
    legacyId: "1",
    legacyKey: "1",
    identifiers: ["ann"],
    platformUsername: "ann",
    platformId: `${poolId}#sub`,
    state: "migrated",
    version: 1,
    since: "2026-01-01T00:00:00.000Z",
  };
  const statusOf = async () => (await sdk.send(new AdminGetUserCommand(of))).UserStatus;
  return { row, signIn, codes, statusOf, server, sdk, poolId };
}

describe("the target cognito", () => {
  it("ends a password: the old one signs nobody in, and a code for a new one is on its way", async () => {
    const { row, signIn, codes, statusOf } = await aPool();
    expect(await signIn("ann", password)).toBe("tokens");
    expect(await cognitoTarget().requireReset(row, signal)).toBe(true);
    expect(await statusOf()).toBe("RESET_REQUIRED");
    expect(await signIn("ann", password)).toContain("PasswordResetRequiredException");
    expect(codes).toHaveLength(1);
  });

  it("may do so twice", async () => {
    const { row, statusOf } = await aPool();
    const target = cognitoTarget();
    for (let time = 0; time < 2; time++) expect(await target.requireReset(row, signal)).toBe(true);
    expect(await statusOf()).toBe("RESET_REQUIRED");
  });

  it("says of a user who is gone that there is none", async () => {
    const { row } = await aPool();
    expect(await cognitoTarget().requireReset({ ...row, platformUsername: "gone" }, signal)).toBe(false);
  });

  it("throws a fault that names the service's error and no user when the platform does not answer", async () => {
    const { row, server } = await aPool();
    await server.stop();
    const told = await cognitoTarget()
      .requireReset(row, signal)
      .catch((error: unknown) => error);
    expect(told).toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
    expect(String(told)).not.toContain("ann");
  });

  it("is cut by the signal", async () => {
    const { row } = await aPool();
    const reason = new Error("over");
    await expect(cognitoTarget().requireReset(row, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("calls a row damaged that does not say where the user is", async () => {
    const { row } = await aPool();
    const { platformId: _, ...nowhere } = row;
    await expect(cognitoTarget().requireReset(nowhere, signal)).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
  });

  it("links an identity that another process links at the same time, or whose answer was lost", async () => {
    const { row, sdk, poolId } = await aPool();
    const ProviderDetails = { client_id: "x", client_secret: "y", authorize_scopes: "openid" };
    const provider = { ProviderName: "Google", ProviderType: "Google" as const, ProviderDetails };
    await sdk.send(new CreateIdentityProviderCommand({ UserPoolId: poolId, ...provider }));
    const target = cognitoImportTarget({ poolId, client: losingFirstLink(sdk), pace: async () => undefined });
    const user = { ...row, identities: [{ provider: "Google", userId: "42" }] };
    // The answer of the first link is lost after the write: the pool says who is linked.
    expect(await target.join(user, signal)).toBe(true);
    expect(await Promise.all([target.join(user, signal), target.join(user, signal)])).toEqual([true, true]);
    const { UserAttributes = [] } = await sdk.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: "ann" }));
    const linked = JSON.parse(UserAttributes.find(({ Name }) => Name === "identities")?.Value ?? "[]");
    expect(linked).toMatchObject([{ userId: "42", providerName: "Google" }]);
  });

  it("throws a fault for an identity that is another user's", async () => {
    const { row, sdk, poolId } = await aPool();
    const ProviderDetails = { client_id: "x", client_secret: "y", authorize_scopes: "openid" };
    const provider = { ProviderName: "Google", ProviderType: "Google" as const, ProviderDetails };
    await sdk.send(new CreateIdentityProviderCommand({ UserPoolId: poolId, ...provider }));
    await sdk.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username: "bob", MessageAction: "SUPPRESS" }));
    const target = cognitoImportTarget({ poolId, client: sdk, pace: async () => undefined });
    const identities = [{ provider: "Google", userId: "42" }];
    await target.join({ ...row, platformUsername: "bob", identities }, signal);
    await expect(target.join({ ...row, identities }, signal)).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
  });
});

/** A client of which the first link is carried out, and its answer cut off. */
function losingFirstLink(sdk: CognitoIdentityProviderClient): CognitoIdentityProviderClient {
  let lost = false;
  sdk.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (lost || context.commandName !== "AdminLinkProviderForUserCommand") return answer;
      lost = true;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    { step: "initialize", name: "lose" },
  );
  return sdk;
}
