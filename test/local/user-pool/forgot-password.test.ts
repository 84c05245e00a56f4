import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { addUser } from "./people.ts";
import { answering, type Bench, emailPool, legacyAnn, openBench, outcome, strong } from "./support.ts";

const hides = { PreventUserExistenceErrors: "ENABLED" } as const;
const ann = "ann@example.com";

function forgot(bench: Bench, Username: string) {
  return bench.sdk.send(
    new ForgotPasswordCommand({ ClientId: bench.clientId, Username, ClientMetadata: { from: "app" } }),
  );
}

function confirm(bench: Bench, ConfirmationCode: string, Password: string, Username = ann): Promise<string> {
  return outcome(() =>
    bench.sdk.send(
      new ConfirmForgotPasswordCommand({ ClientId: bench.clientId, Username, ConfirmationCode, Password }),
    ),
  );
}

describe("a forgotten password", () => {
  it("migrates an unknown user without a password, and ends with PostConfirmation_ConfirmForgotPassword", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: { UserMigration: legacyAnn, PostConfirmation: () => undefined },
    });
    const sent = await forgot(bench, ann);
    expect(sent.CodeDeliveryDetails).toEqual({
      Destination: "a***@e***",
      DeliveryMedium: "EMAIL",
      AttributeName: "email",
    });
    expect(bench.seen[0]?.triggerSource).toBe("UserMigration_ForgotPassword");
    expect(bench.seen[0]?.request).toEqual({ validationData: null, clientMetadata: { from: "app" } });
    expect(await bench.signIn(ann, "legacy pass")).toContain("PasswordResetRequiredException");

    const code = bench.codes.at(-1)?.code ?? "";
    expect(await confirm(bench, code, strong)).toBe("ok");
    expect(bench.seen.at(-1)?.triggerSource).toBe("PostConfirmation_ConfirmForgotPassword");
    expect(bench.seen.at(-1)?.request.userAttributes).toMatchObject({
      email: ann,
      email_verified: "true",
      "cognito:user_status": "CONFIRMED",
    });
    expect(await bench.signIn(ann, strong)).toBe("tokens");
    expect(await confirm(bench, code, strong)).toContain("ExpiredCodeException");
  });

  it("answers for an unknown user as for a known one, without a code, when unknown users are hidden", async () => {
    const bench = await openBench({ pool: emailPool, client: hides, triggers: { UserMigration: () => undefined } });
    expect((await forgot(bench, "nobody@example.com")).CodeDeliveryDetails).toEqual({
      Destination: "n***@e***",
      DeliveryMedium: "EMAIL",
      AttributeName: "email",
    });
    expect(bench.codes).toEqual([]);
    expect(await confirm(bench, "123456", strong, "nobody@example.com")).toContain("CodeMismatchException");
  });

  it("tells that the user is unknown otherwise", async () => {
    const bench = await openBench({ pool: emailPool, triggers: { UserMigration: () => undefined } });
    expect(await outcome(() => forgot(bench, "nobody@example.com"))).toBe(
      "UserNotFoundException: Username/client id combination not found.",
    );
    expect(await confirm(bench, "123456", strong, "nobody@example.com")).toContain("UserNotFoundException");
  });

  it("sends nothing to a migrated user without a verified contact", async () => {
    const unverified = answering({ userAttributes: { email: ann }, finalUserStatus: "RESET_REQUIRED" });
    const open = await openBench({ pool: emailPool, triggers: unverified });
    expect(await outcome(() => forgot(open, ann))).toBe(
      "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    const hidden = await openBench({ pool: emailPool, client: hides, triggers: unverified });
    expect(await outcome(() => forgot(hidden, ann))).toBe("ok");
    expect([...open.codes, ...hidden.codes]).toEqual([]);
  });

  it("betrays a failed migration trigger", async () => {
    const bench = await openBench({
      pool: emailPool,
      client: hides,
      triggers: {
        UserMigration: () => {
          throw new Error("down");
        },
      },
    });
    expect(await outcome(() => forgot(bench, ann))).toBe(
      `UserNotFoundException: Exception migrating user in app client ${bench.clientId}`,
    );
  });

  it("holds the new password against the policy and keeps the code", async () => {
    const bench = await openBench({ pool: emailPool });
    await addUser(bench, ann, strong, { email_verified: "true" });
    await forgot(bench, ann);
    const code = bench.codes[0]?.code ?? "";
    expect(await confirm(bench, code === "000000" ? "000001" : "000000", strong)).toBe(
      "CodeMismatchException: Invalid verification code provided, please try again.",
    );
    expect(await confirm(bench, code, "weakweak")).toBe(
      "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters",
    );
    expect(await confirm(bench, code, "Another-1-password")).toBe("ok");
  });

  it("refuses a code after an hour", async () => {
    let time = Date.parse("2026-01-01T00:00:00Z");
    const bench = await openBench({ pool: emailPool, options: { now: () => new Date(time) } });
    await addUser(bench, ann, strong, { email_verified: "true" });
    await forgot(bench, ann);
    time += 3_600_000;
    expect(await confirm(bench, bench.codes[0]?.code ?? "", strong)).toBe(
      "ExpiredCodeException: Invalid code provided, please request a code again.",
    );
  });

  it("does not ask the migration trigger for a user whom the pool knows, disabled or not", async () => {
    const bench = await openBench({
      pool: emailPool,
      client: hides,
      triggers: { UserMigration: legacyAnn, PreSignUp: () => undefined },
    });
    await addUser(bench, ann, strong, { email_verified: "true" });
    const user = { UserPoolId: bench.poolId, Username: ann };
    await bench.sdk.send(new AdminDisableUserCommand(user));
    await forgot(bench, ann);
    expect(bench.codes).toEqual([]);
    expect(bench.seen.map((each) => each.triggerSource)).toEqual(["PreSignUp_AdminCreateUser"]);
    expect((await bench.sdk.send(new AdminGetUserCommand(user))).Enabled).toBe(false);
  });
});
