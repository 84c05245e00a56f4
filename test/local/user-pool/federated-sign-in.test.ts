import { AdminGetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { openBench, outcome, type Trigger } from "./support.ts";

const quiet: Trigger = () => undefined;
const arrival = { providerName: "Google", providerUserId: "42", attributes: { email: "ann@example.com" } };

describe("a person from another identity provider", () => {
  it("is announced by PreSignUp_ExternalProvider once, and by the authentication triggers later", async () => {
    const bench = await openBench({
      triggers: {
        PreSignUp: quiet,
        PostConfirmation: quiet,
        PreAuthentication: quiet,
        PostAuthentication: quiet,
        UserMigration: quiet,
      },
    });
    const ids = { userPoolId: bench.poolId, clientId: bench.clientId };
    const first = await bench.server.simulateFederatedSignIn({ ...arrival, ...ids });
    expect(first).toMatchObject({ username: "Google_42", created: true });
    const second = await bench.server.simulateFederatedSignIn({ ...arrival, ...ids });
    expect(second.created).toBe(false);
    expect(bench.seen.map((each) => each.triggerSource)).toEqual([
      "PreSignUp_ExternalProvider",
      "PostConfirmation_ConfirmSignUp",
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
    ]);
    expect(bench.seen[0]).toMatchObject({
      userName: "Google_42",
      request: { userAttributes: { email: "ann@example.com", email_verified: "false", "cognito:email_alias": "" } },
    });
    const user = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username: "Google_42" }));
    expect(user.UserStatus).toBe("EXTERNAL_PROVIDER");
  });

  it("is not let in when PreSignUp refuses", async () => {
    const bench = await openBench({
      triggers: {
        PreSignUp: () => {
          throw new Error("sign in with your password");
        },
      },
    });
    const arrive = () =>
      bench.server.simulateFederatedSignIn({ ...arrival, userPoolId: bench.poolId, clientId: bench.clientId });
    expect(await outcome(arrive)).toContain("PreSignUp failed with error sign in with your password.");
    expect(await bench.signIn("Google_42", "x")).toContain("UserNotFoundException");
  });
});
