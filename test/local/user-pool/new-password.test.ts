import {
  AdminCreateUserCommand,
  AdminRespondToAuthChallengeCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { type Bench, openBench, outcome, strong } from "./support.ts";

async function invited(bench: Bench): Promise<string> {
  await bench.sdk.send(
    new AdminCreateUserCommand({
      UserPoolId: bench.poolId,
      Username: "ann",
      DesiredDeliveryMediums: ["EMAIL"],
      UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
    }),
  );
  const invitation = bench.codes.at(-1);
  expect(invitation).toMatchObject({ destination: "ann@example.com", medium: "EMAIL", purpose: "invitation" });
  return invitation?.code ?? "";
}

async function challenge(bench: Bench, password: string) {
  const answer = await bench.sdk.send(
    new InitiateAuthCommand({
      ClientId: bench.clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ann", PASSWORD: password },
    }),
  );
  expect(answer.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  return { session: answer.Session ?? "", parameters: answer.ChallengeParameters ?? {} };
}

function respond(bench: Bench, Session: string, responses: Record<string, string>): Promise<string> {
  return outcome(async () => {
    const answer = await bench.sdk.send(
      new RespondToAuthChallengeCommand({
        ClientId: bench.clientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses: { USERNAME: "ann", ...responses },
        ClientMetadata: { shop: "7" },
      }),
    );
    return answer.AuthenticationResult?.IdToken === undefined ? "no tokens" : "tokens";
  });
}

describe("the new password of a user whom an administrator made", () => {
  it("is asked for, held against the policy, and leads to tokens with PostAuthentication", async () => {
    const bench = await openBench({
      pool: { Schema: [{ Name: "family_name", Required: true }] },
      triggers: { PreSignUp: () => undefined, PostAuthentication: () => undefined, PostConfirmation: () => undefined },
    });
    const temporary = await invited(bench);
    const { session, parameters } = await challenge(bench, temporary);
    expect(JSON.parse(parameters.requiredAttributes ?? "")).toEqual(["userAttributes.family_name"]);
    expect(await respond(bench, session, { NEW_PASSWORD: "weak" })).toContain("InvalidPasswordException");
    expect(await respond(bench, session, { NEW_PASSWORD: strong })).toContain("family_name: The attribute is required");
    const whole = { NEW_PASSWORD: strong, "userAttributes.family_name": "Bee" };
    expect(await respond(bench, session, whole)).toBe("tokens");
    expect(bench.seen.map((each) => each.triggerSource)).toEqual([
      "PreSignUp_AdminCreateUser",
      "PostAuthentication_Authentication",
    ]);
    expect(bench.seen[1]?.request.clientMetadata).toEqual({ shop: "7" });
    expect(await respond(bench, session, whole)).toBe("NotAuthorizedException: Invalid session for the user.");
    expect(await bench.signIn("ann", strong)).toBe("tokens");
  });

  it("is taken from an administrator's application too", async () => {
    const bench = await openBench();
    const { session } = await challenge(bench, await invited(bench));
    const answer = await bench.sdk.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId: bench.poolId,
        ClientId: bench.clientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: session,
        ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: strong },
      }),
    );
    expect(answer.AuthenticationResult?.ExpiresIn).toBe(3600);
  });

  it("is not taken with a session that is over or unknown", async () => {
    let time = Date.parse("2026-01-01T00:00:00Z");
    const bench = await openBench({ options: { now: () => new Date(time) } });
    const { session } = await challenge(bench, await invited(bench));
    time += 3 * 60_000;
    expect(await respond(bench, session, { NEW_PASSWORD: strong })).toContain("session is expired");
    expect(await respond(bench, "x".repeat(40), { NEW_PASSWORD: strong })).toContain("Invalid session for the user.");
  });

  it("may not change what the client may not write", async () => {
    const bench = await openBench({ client: { WriteAttributes: ["name"] } });
    const { session } = await challenge(bench, await invited(bench));
    expect(await respond(bench, session, { NEW_PASSWORD: strong, "userAttributes.email_verified": "true" })).toContain(
      "unauthorized attribute",
    );
  });
});
