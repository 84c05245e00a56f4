import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { emailPool, legacyAnn, openBench, outcome, wrong } from "./support.ts";

const pass = "legacy pass";
const hides = { PreventUserExistenceErrors: "ENABLED" } as const;

describe("migration at the sign-in", () => {
  it("creates the user with the old password, whatever the policy says, and asks the trigger once", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: legacyAnn } });
    expect(await bench.signIn("ann@example.com", pass)).toBe("tokens");
    expect(await bench.signIn("ann@example.com", pass)).toBe("tokens");
    expect(await bench.signIn("ann@example.com", "other")).toBe(wrong);
    expect(bench.seen.map((each) => each.triggerSource)).toEqual(["UserMigration_Authentication"]);
  });

  it("sends the documented event: typed name, password, client metadata as validation data, null response fields", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: legacyAnn } });
    await bench.sdk.send(
      new InitiateAuthCommand({
        ClientId: bench.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "Ann@Example.com", PASSWORD: pass },
        ClientMetadata: { shop: "7" },
      }),
    );
    expect(bench.seen).toEqual([
      {
        version: "1",
        triggerSource: "UserMigration_Authentication",
        region: "eu-west-1",
        userPoolId: bench.poolId,
        userName: "Ann@Example.com",
        callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: bench.clientId },
        request: { password: pass, validationData: { shop: "7" }, clientMetadata: null },
        response: {
          userAttributes: null,
          forceAliasCreation: null,
          enableSMSMFA: null,
          finalUserStatus: null,
          messageAction: null,
          desiredDeliveryMediums: null,
        },
      },
    ]);
  });

  it("names the user by the sub in an e-mail pool, and later events carry that name", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: { UserMigration: legacyAnn, PreSignUp: () => undefined, PostAuthentication: () => undefined },
    });
    await bench.signIn("ann@example.com", pass);
    const user = await bench.sdk.send(
      new AdminGetUserCommand({ UserPoolId: bench.poolId, Username: "ann@example.com" }),
    );
    expect(user.Username).toMatch(/^[0-9a-f-]{36}$/);
    expect(user.UserAttributes).toContainEqual({ Name: "sub", Value: user.Username });
    expect(user.UserStatus).toBe("CONFIRMED");
    const later = bench.seen
      .filter((each) => !each.triggerSource.startsWith("UserMigration"))
      .map((each) => each.userName);
    expect(later).toHaveLength(2);
    expect(bench.seen.at(-1)?.userName).toBe(user.Username);
  });

  it("calls PreSignUp_AdminCreateUser between the answer and the creation, and no PostConfirmation", async () => {
    let known: number | undefined;
    const bench = await openBench({
      pool: emailPool,
      triggers: {
        UserMigration: legacyAnn,
        PreSignUp: async () => {
          const users = await bench.sdk.send(new ListUsersCommand({ UserPoolId: bench.poolId }));
          known = users.Users?.length;
          return undefined;
        },
        PreAuthentication: () => undefined,
        PostAuthentication: () => undefined,
        PostConfirmation: () => undefined,
      },
    });
    expect(await bench.signIn("ann@example.com", pass)).toBe("tokens");
    expect(known).toBe(0);
    expect(bench.seen.map((each) => each.triggerSource)).toEqual([
      "UserMigration_Authentication",
      "PreSignUp_AdminCreateUser",
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
    ]);
  });

  it("creates nobody when PreSignUp refuses", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: {
        UserMigration: legacyAnn,
        PreSignUp: () => {
          throw new Error("not now");
        },
      },
    });
    expect(await bench.signIn("ann@example.com", pass)).toBe(
      "UserLambdaValidationException: PreSignUp failed with error not now.",
    );
    const users = await bench.sdk.send(new ListUsersCommand({ UserPoolId: bench.poolId }));
    expect(users.Users).toEqual([]);
  });

  it("makes one user of many first sign-ins at once, and lets every right password in", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: {
        UserMigration: async (event, attempt) => {
          await new Promise((resolve) => setTimeout(resolve, attempt * 3));
          return legacyAnn(event, attempt);
        },
      },
    });
    const passwords = Array.from({ length: 12 }, (_, index) => (index % 4 === 3 ? "wrong one" : pass));
    const results = await Promise.all(passwords.map((password) => bench.signIn("ann@example.com", password)));
    expect(results.filter((each) => each === "tokens")).toHaveLength(9);
    expect(results.filter((each) => each === "tokens")).toHaveLength(passwords.filter((each) => each === pass).length);
    const users = await bench.sdk.send(new ListUsersCommand({ UserPoolId: bench.poolId }));
    expect(users.Users).toHaveLength(1);
  });

  it("checks the password of a sign-in that finds the user made meanwhile, even if its trigger said yes", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const bench = await openBench({
      pool: emailPool,
      triggers: {
        UserMigration: async (event, attempt) => {
          if (attempt === 1) await gate;
          return legacyAnn(event, attempt);
        },
      },
    });
    const slow = bench.signIn("ann@example.com", pass);
    await expect.poll(() => bench.seen.length).toBe(1);
    expect(await bench.signIn("ann@example.com", pass)).toBe("tokens");
    await bench.sdk.send(
      new AdminSetUserPasswordCommand({
        UserPoolId: bench.poolId,
        Username: "ann@example.com",
        Password: "Changed-1-meanwhile",
        Permanent: true,
      }),
    );
    release();
    expect(await slow).toBe(wrong);
  });

  it("answers an empty response like a wrong password for a client that hides unknown users", async () => {
    const bench = await openBench({ pool: emailPool, client: hides, triggers: { UserMigration: legacyAnn } });
    expect(await bench.signIn("nobody@example.com", pass)).toBe(wrong);
    expect(await bench.signIn("ann@example.com", "wrong")).toBe(wrong);
  });

  it("tells that the user does not exist for a client that does not hide it", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: () => undefined } });
    expect(await bench.signIn("nobody@example.com", pass)).toBe("UserNotFoundException: User does not exist.");
  });

  it.each([
    ["a thrown error", "throw"],
    ["an answer without a response", null],
    ["an answer that is a text", "text"],
  ])("betrays the migration after %s even when unknown users are hidden", async (_, payload) => {
    const bench = await openBench({
      pool: { ...emailPool, LambdaConfig: { UserMigration: "f" } },
      client: hides,
      options: {
        invoke: async () =>
          payload === "throw" ? { kind: "error", errorMessage: "internal detail" } : { kind: "answer", payload },
      },
    });
    expect(await bench.signIn("ann@example.com", pass)).toBe(
      `UserNotFoundException: Exception migrating user in app client ${bench.clientId}`,
    );
  });

  it("works with ADMIN_USER_PASSWORD_AUTH too", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: legacyAnn } });
    const answer = await bench.sdk.send(
      new AdminInitiateAuthCommand({
        UserPoolId: bench.poolId,
        ClientId: bench.clientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann@example.com", PASSWORD: pass },
      }),
    );
    expect(answer.AuthenticationResult?.TokenType).toBe("Bearer");
  });

  it("refuses a flow that the client does not allow, before any trigger", async () => {
    const bench = await openBench({
      client: { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] },
      triggers: { UserMigration: legacyAnn },
    });
    expect(await bench.signIn("ann@example.com", pass)).toBe(
      "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
    );
    expect(
      await outcome(() =>
        bench.sdk.send(
          new InitiateAuthCommand({
            ClientId: bench.clientId,
            AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
            AuthParameters: {},
          }),
        ),
      ),
    ).toBe("InvalidParameterException: Initiate Auth method not supported.");
    expect(bench.seen).toEqual([]);
  });
});
