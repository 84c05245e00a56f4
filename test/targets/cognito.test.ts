import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it, vi } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { cognitoTarget } from "../../lib/targets/cognito.ts";
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
  return { row, signIn, codes, statusOf, server };
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
});
