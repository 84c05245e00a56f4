import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { answering, type Bench, emailPool, openBench, type PoolInput, wrong } from "./support.ts";

const good = { userAttributes: { email: "ann@example.com", email_verified: "true" }, finalUserStatus: "CONFIRMED" };
const aliasPool: PoolInput = { AliasAttributes: ["email"], UsernameConfiguration: { CaseSensitive: false } };

async function count(bench: Bench): Promise<number | undefined> {
  return (await bench.sdk.send(new ListUsersCommand({ UserPoolId: bench.poolId }))).Users?.length;
}

describe("the migration trigger's answer", () => {
  it.each([
    [{ ...good, finalUserStatus: "UNCONFIRMED" }, "Error during migration: Invalid finalUserStatus"],
    [{ ...good, messageAction: "QUIET" }, "Error during migration: Invalid messageAction"],
    [{ ...good, desiredDeliveryMediums: ["POST"] }, "Error during migration: Invalid desiredDeliveryMediums"],
    [{ ...good, desiredDeliveryMediums: "EMAIL" }, "Error during migration: Invalid desiredDeliveryMediums"],
    [
      { ...good, userAttributes: { ...good.userAttributes, "custom:x": "1" } },
      "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.",
    ],
    [
      { ...good, userAttributes: { ...good.userAttributes, name: "n".repeat(2049) } },
      "Attributes did not conform to the schema: name: String must be no longer than 2048 characters",
    ],
    [{ ...good, userAttributes: { email: "bob@example.com" } }, "The email of the user is not the one that was given"],
    [{ ...good, userAttributes: { email: "ann@example.com", email_verified: true } }, "Exception migrating user"],
    [{ finalUserStatus: "CONFIRMED" }, "Exception migrating user"],
    [{ ...good, enableSMSMFA: true }, "Exception migrating user"],
  ])("is refused when it does not fit: %j", async (response, message) => {
    const bench = await openBench({ pool: emailPool, triggers: answering(response) });
    expect(await bench.signIn("ann@example.com", "x")).toContain(`UserNotFoundException: ${message}`);
    expect(await count(bench)).toBe(0);
  });

  it("does not pollute when an attribute is called __proto__", async () => {
    const userAttributes = JSON.parse('{"email":"ann@example.com","__proto__":"x"}');
    const bench = await openBench({ pool: emailPool, triggers: answering({ ...good, userAttributes }) });
    expect(await bench.signIn("ann@example.com", "x")).toContain("__proto__: Attribute does not exist in the schema.");
  });

  it("is refused when a required attribute is missing", async () => {
    const pool = { ...emailPool, Schema: [{ Name: "family_name", Required: true }] };
    const bench = await openBench({ pool, triggers: answering(good) });
    expect(await bench.signIn("ann@example.com", "x")).toContain("family_name: The attribute is required");
  });

  it("gives an immutable attribute its one value", async () => {
    const pool: PoolInput = {
      ...emailPool,
      Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }],
    };
    const response = { ...good, userAttributes: { ...good.userAttributes, "custom:legacy_id": "7" } };
    const bench = await openBench({ pool, client: { WriteAttributes: ["email"] }, triggers: answering(response) });
    expect(await bench.signIn("ann@example.com", "x")).toBe("tokens");
    const change = new AdminUpdateUserAttributesCommand({
      UserPoolId: bench.poolId,
      Username: "ann@example.com",
      UserAttributes: [{ Name: "custom:legacy_id", Value: "8" }],
    });
    await expect(bench.sdk.send(change)).rejects.toThrow("user.custom:legacy_id: Attribute cannot be updated.");
  });

  it("fails the first sign-in and lets the second in when `sub` is among the attributes", async () => {
    const response = { ...good, userAttributes: { ...good.userAttributes, sub: "mine" } };
    const bench = await openBench({ pool: emailPool, triggers: answering(response) });
    expect(await bench.signIn("ann@example.com", "x")).toBe(wrong);
    expect(await bench.signIn("ann@example.com", "x")).toBe("tokens");
  });

  it("asks for a reset with RESET_REQUIRED, and when finalUserStatus is left out", async () => {
    const asked = await openBench({
      pool: emailPool,
      triggers: answering({ ...good, finalUserStatus: "RESET_REQUIRED" }),
    });
    const unset = await openBench({ pool: emailPool, triggers: answering({ userAttributes: good.userAttributes }) });
    for (const bench of [asked, unset]) {
      expect(await bench.signIn("ann@example.com", "x")).toBe(
        "PasswordResetRequiredException: Password reset required for the user",
      );
      expect(await count(bench)).toBe(1);
    }
  });

  it("sends the welcome message unless messageAction is SUPPRESS", async () => {
    const loud = await openBench({ pool: emailPool, triggers: answering(good) });
    const quiet = await openBench({ pool: emailPool, triggers: answering({ ...good, messageAction: "SUPPRESS" }) });
    for (const bench of [loud, quiet]) await bench.signIn("ann@example.com", "x");
    expect(loud.told.filter((each) => each.kind === "welcome-sent")).toHaveLength(1);
    expect(quiet.told.filter((each) => each.kind === "welcome-sent")).toEqual([]);
  });

  it("confirms without finalUserStatus when the pool is told to read it as the guide does", async () => {
    const bench = await openBench({
      pool: emailPool,
      triggers: answering({ userAttributes: good.userAttributes }),
      options: { unsetFinalUserStatus: "CONFIRMED" },
    });
    expect(await bench.signIn("ann@example.com", "x")).toBe("tokens");
  });
});

describe("a migration into a pool with an e-mail alias", () => {
  it("is refused when the user name has the form of an e-mail address", async () => {
    const bench = await openBench({ pool: aliasPool, triggers: answering(good) });
    expect(await bench.signIn("ann@example.com", "x")).toBe(
      "UserNotFoundException: Username cannot be of email format, since user pool is configured for email alias.",
    );
  });

  it("takes another user name when what was typed is the user's alias", async () => {
    const response = { ...good, userAttributes: { ...good.userAttributes, username: "ann" } };
    const bench = await openBench({ pool: aliasPool, triggers: answering(response) });
    expect(await bench.signIn("ann@example.com", "x")).toBe("tokens");
    expect(await bench.signIn("ANN", "x")).toBe("tokens");
    expect(await bench.signIn("Ann@Example.com", "x")).toBe("tokens");
    expect(bench.seen).toHaveLength(1);
  });

  it("is refused when the name that was typed is neither the user's name nor an alias", async () => {
    const response = { ...good, userAttributes: { ...good.userAttributes, username: "ann" } };
    const bench = await openBench({ pool: aliasPool, triggers: answering(response) });
    expect(await bench.signIn("annie", "x")).toContain("Exception migrating user");
    expect(await count(bench)).toBe(0);
  });

  it("leaves an alias with its holder, and moves it only with forceAliasCreation", async () => {
    const setUp = async (forceAliasCreation: boolean) => {
      const bench = await openBench({ pool: aliasPool, triggers: answering({ ...good, forceAliasCreation }) });
      await bench.sdk.send(
        new AdminCreateUserCommand({
          UserPoolId: bench.poolId,
          Username: "holder",
          MessageAction: "SUPPRESS",
          UserAttributes: [
            { Name: "email", Value: "ann@example.com" },
            { Name: "email_verified", Value: "true" },
          ],
        }),
      );
      return bench;
    };
    const kept = await setUp(false);
    expect(await kept.signIn("newcomer", "x")).toContain("Exception migrating user");
    expect(await count(kept)).toBe(1);

    const moved = await setUp(true);
    expect(await moved.signIn("newcomer", "x")).toBe("tokens");
    const owner = new AdminGetUserCommand({ UserPoolId: moved.poolId, Username: "ann@example.com" });
    expect((await moved.sdk.send(owner)).Username).toBe("newcomer");
    const former = new AdminGetUserCommand({ UserPoolId: moved.poolId, Username: "holder" });
    expect((await moved.sdk.send(former)).UserAttributes).toContainEqual({ Name: "email_verified", Value: "false" });
  });
});
