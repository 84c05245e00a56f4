import { describe, expect, it } from "vitest";
import { cognitoPostAuthentication } from "../../lib/hooks/cognito-post-authentication.ts";
import { cognitoPreSignUp } from "../../lib/hooks/cognito-pre-sign-up.ts";
import { readPairs } from "./hook-events.ts";

// What the golden pairs have no event for.

const [signUp] = readPairs("cognito-pre-sign-up").pairs.map(({ event }) => event);
const [signedIn] = readPairs("cognito-post-authentication").pairs.map(({ event }) => event);
const signUpWith = (userAttributes: unknown, more: object = {}) =>
  cognitoPreSignUp.parse({
    ...signUp,
    ...{ triggerSource: "PreSignUp_SignUp", userName: "ann", request: { userAttributes }, ...more },
  });

describe("a sign-up", () => {
  it("has a verified phone number only where the event says so", () => {
    for (const [said, phoneVerified] of [
      ["true", true],
      ["false", false],
      [undefined, false],
    ] as const) {
      const attributes = { phone_number: "+15550100", phone_number_verified: said };
      expect(signUpWith(attributes)).toMatchObject({ identifiers: { phone: "+15550100", phoneVerified } });
    }
  });

  it("is by the chosen name and the preferred one, without those that are empty", () => {
    expect(signUpWith({ preferred_username: "annie" })).toMatchObject({ identifiers: { usernames: ["ann", "annie"] } });
    expect(signUpWith({ preferred_username: "" })).toMatchObject({ identifiers: { usernames: ["ann"] } });
    expect(signUpWith({}, { userName: "" })).toMatchObject({ identifiers: { usernames: [] } });
    expect(signUpWith(undefined)).toMatchObject({ identifiers: { usernames: ["ann"] } });
    expect(signUpWith(null)).toMatchObject({ identifiers: { usernames: ["ann"] } });
  });

  it("has nothing that the event does not have", () => {
    expect(signUpWith({})).toEqual({
      kind: "sign-up",
      by: "person",
      identifiers: { usernames: ["ann"], emailVerified: false, phoneVerified: false },
    });
  });
});

describe("a user whom the pool knows", () => {
  it("has a verified phone number only where the event says so", () => {
    const parse = (phone_number_verified: string) =>
      cognitoPostAuthentication.parse({
        ...signedIn,
        request: { userAttributes: { sub: "sub", phone_number: "+15550100", phone_number_verified } },
      });
    expect(parse("true")).toMatchObject({ user: { phone: "+15550100", phoneVerified: true } });
    expect(parse("yes")).toMatchObject({ user: { phone: "+15550100", phoneVerified: false } });
  });

  it("has nothing that the event does not have", () => {
    const request = { userAttributes: {} };
    const { userName, userPoolId }: Readonly<Record<string, unknown>> = signedIn ?? {};
    expect(typeof userPoolId).toBe("string");
    expect(cognitoPostAuthentication.parse({ ...signedIn, request })).toEqual({
      kind: "completed",
      proof: "signed-in",
      user: { username: userName, emailVerified: false, phoneVerified: false },
    });
  });

  it.each(["../us-east-1_abc", "us-east-1_abc/..", " us-east-1_abc"])("is of no pool called %j", (userPoolId) => {
    expect(() => cognitoPostAuthentication.parse({ ...signedIn, userPoolId })).toThrow(/userPoolId/);
  });

  it("has attributes that are an object, or none", () => {
    for (const userAttributes of ["x", [], 1]) {
      const parse = () => cognitoPostAuthentication.parse({ ...signedIn, request: { userAttributes } });
      expect(parse).toThrow(/userAttributes/);
    }
  });
});
