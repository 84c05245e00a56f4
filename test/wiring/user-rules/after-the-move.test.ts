import {
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ForgotPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../lib/core/secret.ts";
import { checkPassword } from "../../../lib/wiring/user-rules/password.ts";
import { openBench, outcome, type PoolInput } from "../../local/user-pool/support.ts";
import { answerOf, aUser, custom, describePool, sayingOf, tryAt } from "./trial.ts";

const unverified = { email: "ann@example.org", email_verified: "false" };

describe("an alias that is not verified", () => {
  const pool: PoolInput = { AliasAttributes: ["email"] };

  it("is a stop when it was typed: it leads to the user once and never again", async () => {
    const trial = await tryAt(pool, aUser({ typed: "ann@example.org", username: "ann", attributes: unverified }));
    expect(trial.said).toContain("STOP email");
    expect(await trial.signIn()).toBe("tokens");
    expect(await trial.signIn()).toContain("UserNotFoundException");
    expect(await trial.bench.signIn("ann", "the old password")).toBe("tokens");
  });

  it("is a warning when the user name was typed, which goes on working", async () => {
    const trial = await tryAt(pool, aUser({ attributes: unverified }));
    expect(trial.said).toContain("warn email");
    expect(trial.said.filter((one) => one.startsWith("STOP"))).toEqual([]);
    expect(await trial.signIn()).toBe("tokens");
    expect(await trial.signIn()).toBe("tokens");
    const byAlias = new AdminGetUserCommand({ UserPoolId: trial.bench.poolId, Username: "ann@example.org" });
    expect(await outcome(() => trial.bench.sdk.send(byAlias))).toContain("UserNotFoundException");
  });
});

describe("an immutable attribute", () => {
  const pool: PoolInput = { Schema: [custom("tier", { AttributeDataType: "String", Mutable: false })] };
  const change = (poolId: string) =>
    new AdminUpdateUserAttributesCommand({
      UserPoolId: poolId,
      Username: "ann",
      UserAttributes: [{ Name: "custom:tier", Value: "gold" }],
    });

  it.each([
    ["that the user has gets its one value", { "custom:tier": "silver" }, "one value now"],
    ["that the user lacks never gets one", {}, "no value can be given later"],
  ])("%s", async (_, more, text) => {
    const trial = await tryAt(pool, aUser({ attributes: { ...aUser().attributes, ...more } }));
    expect(trial.said).toEqual(["warn custom:tier"]);
    expect(trial.findings[0]?.text).toContain(text);
    expect(await trial.signIn()).toBe("tokens");
    expect(await outcome(() => trial.bench.sdk.send(change(trial.bench.poolId)))).toContain("cannot be updated");
  });

  it("is no news where it is Samekey's own", async () => {
    const Schema = [custom("legacy_id", { AttributeDataType: "String", Mutable: false })];
    const trial = await tryAt({ Schema }, aUser({ attributes: { ...aUser().attributes, "custom:legacy_id": "7" } }));
    expect(trial.said).toEqual([]);
  });
});

describe("a forgotten password", () => {
  const recovery = (...names: readonly ("verified_email" | "verified_phone_number" | "admin_only")[]): PoolInput => ({
    AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })) },
  });

  it.each([
    ["by the pool's default, with no verified contact", {}, unverified, true],
    ["by the pool's default, with a verified address", {}, aUser().attributes, false],
    ["by phone only, with a verified address", recovery("verified_phone_number"), aUser().attributes, true],
    ["by phone or e-mail", recovery("verified_phone_number", "verified_email"), aUser().attributes, false],
  ] as const)("%s", async (_, pool, attributes, lost) => {
    const trial = await tryAt(pool, aUser({ attributes }));
    expect(trial.said).toEqual(lost ? ["warn recovery"] : []);
    expect(await trial.signIn()).toBe("tokens");
    const forgot = new ForgotPasswordCommand({ ClientId: trial.bench.clientId, Username: "ann" });
    expect(await outcome(() => trial.bench.sdk.send(forgot))).toContain(lost ? "Cannot reset password" : "ok");
  });

  it("is nobody's to reset by the pool's own choice", async () => {
    expect((await tryAt(recovery("admin_only"), aUser({ attributes: unverified }))).said).toEqual([]);
  });
});

describe("a second factor", () => {
  it.each([
    ["ON", ["warn MFA"]],
    ["OPTIONAL", []],
    ["OFF", []],
  ] as const)("with MfaConfiguration %s", async (MfaConfiguration, said) => {
    const trial = await tryAt({ MfaConfiguration }, aUser());
    expect(trial.said).toEqual(said);
    expect(await trial.signIn()).toBe("tokens");
  });
});

describe("a right password", () => {
  const strict: PoolInput = {
    Policies: {
      PasswordPolicy: {
        MinimumLength: 10,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      },
    },
  };

  it.each([
    ["Short-1", "shorter than 10 characters"],
    ["no-upper-case-1", "no upper-case letter"],
    ["NO-LOWER-CASE-1", "no lower-case letter"],
    ["No-digit-at-all", "no digit"],
    ["NoSymbolAtAll1", "no symbol"],
    ["abc", "shorter than 10 characters, no upper-case letter, no digit, no symbol"],
    ["Every-rule-is-kept-1", undefined],
  ])("%j is taken over, and meets the policy only at a change", async (password, lacks) => {
    const user = aUser();
    const trial = await tryAt(strict, user);
    const found = checkPassword(trial.pool, user, { password: Secret.fromText(password), weak: false });
    expect(found.map(sayingOf)).toEqual(lacks === undefined ? [] : ["warn password"]);
    if (lacks !== undefined) expect(found[0]?.text).toContain(`(${lacks})`);
    expect(JSON.stringify(found)).not.toContain(password);

    expect(await trial.signIn(password)).toBe("tokens");
    const same = new AdminSetUserPasswordCommand({
      UserPoolId: trial.bench.poolId,
      Username: "ann",
      Password: password,
      Permanent: true,
    });
    const changed = await outcome(() => trial.bench.sdk.send(same));
    expect(changed).toContain(lacks === undefined ? "ok" : "InvalidPasswordException");
  });

  it.each([
    ["is reset at once when it is called weak", aUser(), "warn password", "ok"],
    [
      "stops the user when it is called weak and no code could go anywhere",
      aUser({ attributes: unverified }),
      "STOP password",
      "Cannot reset password",
    ],
  ] as const)("%s", async (_, user, said, reset) => {
    const response = { ...answerOf(user), finalUserStatus: "RESET_REQUIRED" };
    const bench = await openBench({ triggers: { UserMigration: () => response } });
    const weak = { password: Secret.fromText("abc"), weak: true };
    const found = checkPassword(await describePool(bench), user, weak);
    expect(found.map(sayingOf)).toEqual([said]);
    expect(found[0]?.text).toContain("unverified");
    expect(await bench.signIn("ann", "abc")).toContain("PasswordResetRequiredException");
    const forgot = new ForgotPasswordCommand({ ClientId: bench.clientId, Username: "ann" });
    expect(await outcome(() => bench.sdk.send(forgot))).toContain(reset);
  });

  it("of over 256 characters is one that Cognito's limit is against", async () => {
    const { pool } = await tryAt({ Policies: { PasswordPolicy: { MinimumLength: 6 } } }, aUser());
    const password = (length: number) => ({ password: Secret.fromText("p".repeat(length)), weak: false });
    expect(checkPassword(pool, aUser(), password(256))).toEqual([]);
    expect(checkPassword(pool, aUser(), password(257)).map(sayingOf)).toEqual(["warn password"]);
  });
});
