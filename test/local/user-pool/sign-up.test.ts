import {
  AdminConfirmSignUpCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ConfirmSignUpCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { addUser, signUp } from "./people.ts";
import { type Bench, emailPool, openBench, outcome, type PoolInput, strong } from "./support.ts";

const ann = "ann@example.com";
const aliasPool: PoolInput = { AliasAttributes: ["email"], AutoVerifiedAttributes: ["email"] };

function confirm(
  bench: Bench,
  Username: string,
  ConfirmationCode: string,
  ForceAliasCreation = false,
): Promise<string> {
  return outcome(() =>
    bench.sdk.send(
      new ConfirmSignUpCommand({ ClientId: bench.clientId, Username, ConfirmationCode, ForceAliasCreation }),
    ),
  );
}

describe("a sign-up", () => {
  it("calls PreSignUp_SignUp with what was sent and PostConfirmation_ConfirmSignUp after the code", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: { PreSignUp: () => undefined, PostConfirmation: () => undefined },
    });
    const made = await bench.sdk.send(
      new SignUpCommand({
        ClientId: bench.clientId,
        Username: ann,
        Password: strong,
        UserAttributes: [{ Name: "name", Value: "Ann" }],
        ValidationData: [{ Name: "captcha", Value: "ok" }],
        ClientMetadata: { shop: "7" },
      }),
    );
    expect(made.UserConfirmed).toBe(false);
    expect(made.CodeDeliveryDetails?.Destination).toBe("a***@e***");
    expect(bench.seen[0]).toMatchObject({
      triggerSource: "PreSignUp_SignUp",
      userName: made.UserSub,
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    });
    expect(bench.seen[0]?.request).toEqual({
      userAttributes: { name: "Ann", email: ann },
      validationData: { captcha: "ok" },
      clientMetadata: { shop: "7" },
    });
    expect(await bench.signIn(ann, strong)).toBe("UserNotConfirmedException: User is not confirmed.");
    expect(await confirm(bench, ann, bench.codes[0]?.code ?? "")).toBe("ok");
    expect(bench.seen[1]).toMatchObject({ triggerSource: "PostConfirmation_ConfirmSignUp", userName: made.UserSub });
    expect(bench.seen[1]?.request.userAttributes).toEqual({
      sub: made.UserSub,
      "cognito:user_status": "CONFIRMED",
      name: "Ann",
      email: ann,
      email_verified: "true",
    });
    expect(await bench.signIn(ann, strong)).toBe("tokens");
    expect(await confirm(bench, ann, "123456")).toBe(
      "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
    );
  });

  it("is confirmed and verified at once when PreSignUp says so, with PostConfirmation", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: {
        PreSignUp: () => ({ autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false }),
        PostConfirmation: () => undefined,
      },
    });
    expect(await signUp(bench, ann, strong)).toBe("ok");
    expect(bench.codes).toEqual([]);
    expect(bench.seen.map((each) => each.triggerSource)).toEqual([
      "PreSignUp_SignUp",
      "PostConfirmation_ConfirmSignUp",
    ]);
    expect(bench.seen[1]?.request.userAttributes.email_verified).toBe("true");
    expect(await bench.signIn(ann, strong)).toBe("tokens");
  });

  it("never asks the migration trigger", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: () => undefined } });
    expect(await signUp(bench, ann, strong)).toBe("ok");
    expect(bench.seen).toEqual([]);
  });

  it.each([
    ["short", "Sh0rt!", "Password not long enough"],
    ["without lower case", "UPPER-CASE-1", "Password must have lowercase characters"],
    ["without digits", "No-digits-here", "Password must have numeric characters"],
    ["without symbols", "NoSymbols123", "Password must have symbol characters"],
  ])("refuses a password that is %s", async (_, password, reason) => {
    const bench = await openBench({ pool: emailPool });
    expect(await signUp(bench, ann, password)).toBe(
      `InvalidPasswordException: Password did not conform with policy: ${reason}`,
    );
  });

  it("holds the password against the pool's own policy", async () => {
    const pool = { ...emailPool, Policies: { PasswordPolicy: { MinimumLength: 12 } } };
    const bench = await openBench({ pool });
    expect(await signUp(bench, ann, "elevenchars")).toContain("Password not long enough");
    expect(await signUp(bench, ann, "twelve chars")).toBe("ok");
  });

  it("refuses a taken name before any trigger, in the pool's case rule", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { PreSignUp: () => undefined } });
    await signUp(bench, ann, strong);
    expect(await signUp(bench, "ANN@example.com", strong)).toContain("UsernameExistsException");
    expect(bench.seen).toHaveLength(1);

    const sensitive = await openBench();
    await signUp(sensitive, "ann", strong);
    expect(await signUp(sensitive, "Ann", strong)).toBe("ok");
    expect(await signUp(sensitive, "ann", strong)).toBe("UsernameExistsException: User already exists");
  });

  it("makes one user of two sign-ups at once", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: { PreSignUp: () => new Promise((resolve) => setTimeout(() => resolve(undefined), 5)) },
    });
    const results = await Promise.all([signUp(bench, ann, strong), signUp(bench, ann, strong)]);
    expect(results.filter((each) => each === "ok")).toHaveLength(1);
    expect(results.filter((each) => each.startsWith("UsernameExistsException"))).toHaveLength(1);
  });

  it.each([
    ["ann", "InvalidParameterException: Username should be an email.", emailPool],
    [
      ann,
      "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.",
      aliasPool,
    ],
  ])("refuses the name %s where the pool wants another form", async (name, message, pool) => {
    const bench = await openBench({ pool });
    expect(await signUp(bench, name, strong)).toBe(message);
  });

  it("refuses attributes that the client may not write, the schema does not know, or that have no proper form", async () => {
    const bench = await openBench({ client: { WriteAttributes: ["email", "phone_number"] } });
    expect(await signUp(bench, "ann", strong, { name: "Ann" })).toBe(
      "NotAuthorizedException: A client attempted to write unauthorized attribute",
    );
    expect(await signUp(bench, "ann", strong, { email: "no address" })).toContain("Invalid email address format.");
    expect(await signUp(bench, "ann", strong, { phone_number: "0123" })).toContain("Invalid phone number format.");
    const open = await openBench();
    expect(await signUp(open, "ann", strong, { email_verified: "true" })).toContain("unauthorized attribute");
    expect(await signUp(open, "ann", strong, { "custom:x": "1" })).toContain(
      "custom:x: Attribute does not exist in the schema.",
    );
    expect(await signUp(open, "ann", strong, { name: "n".repeat(2049) })).toContain("less than or equal to 2048");
  });

  it("lets a client without a list of its own write custom attributes", async () => {
    const pool: PoolInput = { Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }] };
    const bench = await openBench({ pool });
    expect(await signUp(bench, "ann", strong, { "custom:legacy_id": "7" })).toBe("ok");
  });

  it("is refused in a pool where only administrators create users", async () => {
    const bench = await openBench({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
    expect(await signUp(bench, "ann", strong)).toBe(
      "NotAuthorizedException: SignUp is not permitted for this user pool",
    );
  });

  it("lets an alias be taken over only with ForceAliasCreation, when the code comes back", async () => {
    const bench = await openBench({ pool: aliasPool });
    await addUser(bench, "holder", strong, { email: ann, email_verified: "true" });
    expect(await signUp(bench, "newcomer", strong, { email: ann })).toBe("ok");
    const code = bench.codes[0]?.code ?? "";
    expect(await confirm(bench, "newcomer", code)).toContain("AliasExistsException");
    expect(await confirm(bench, "newcomer", code, true)).toBe("ok");
    const found = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username: ann }));
    expect(found.Username).toBe("newcomer");
  });

  it("is confirmed by an administrator without proving a contact", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { PostConfirmation: () => undefined } });
    await signUp(bench, ann, strong);
    await bench.sdk.send(new AdminConfirmSignUpCommand({ UserPoolId: bench.poolId, Username: ann }));
    expect(bench.seen[0]?.request.userAttributes).toMatchObject({ email_verified: "false" });
    expect(bench.seen[0]?.callerContext.clientId).toBe("CLIENT_ID_NOT_APPLICABLE");
  });

  it("does not prove an address by a code that went to another one", async () => {
    const bench = await openBench({ pool: { AutoVerifiedAttributes: ["email"] } });
    await signUp(bench, "ann", strong, { email: ann });
    const user = { UserPoolId: bench.poolId, Username: "ann" };
    const other = [{ Name: "email", Value: "other@example.com" }];
    await bench.sdk.send(new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: other }));
    expect(await confirm(bench, "ann", bench.codes[0]?.code ?? "")).toBe("ok");
    const { UserAttributes } = await bench.sdk.send(new AdminGetUserCommand(user));
    expect(UserAttributes).toContainEqual({ Name: "email_verified", Value: "false" });
  });

  it("sends a new code that makes the old one void", async () => {
    const bench = await openBench({ pool: emailPool });
    await signUp(bench, ann, strong);
    await bench.sdk.send(new ResendConfirmationCodeCommand({ ClientId: bench.clientId, Username: ann }));
    const [old = "", latest = ""] = bench.codes.map((each) => each.code);
    if (old !== latest) expect(await confirm(bench, ann, old)).toContain("CodeMismatchException");
    expect(await confirm(bench, ann, latest)).toBe("ok");
  });
});
