import {
  AddCustomAttributesCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { addUser, signUp } from "./people.ts";
import { emailPool, openBench, outcome, strong } from "./support.ts";

describe("a user pool", () => {
  it("loses every setting that an update leaves out, the triggers included", async () => {
    const bench = await openBench({
      pool: { ...emailPool, Policies: { PasswordPolicy: { MinimumLength: 20 } }, DeletionProtection: "ACTIVE" },
      triggers: { PreSignUp: () => undefined },
    });
    const describe = async () =>
      (await bench.sdk.send(new DescribeUserPoolCommand({ UserPoolId: bench.poolId }))).UserPool ?? {};
    const before = await describe();
    expect(before.LambdaConfig).toEqual({ PreSignUp: "PreSignUp" });
    expect(before.Policies?.PasswordPolicy?.MinimumLength).toBe(20);

    await bench.sdk.send(new UpdateUserPoolCommand({ UserPoolId: bench.poolId, MfaConfiguration: "OFF" }));
    const after = await describe();
    expect(after.LambdaConfig).toEqual({});
    expect(after.AutoVerifiedAttributes).toBeUndefined();
    expect(after.Policies?.PasswordPolicy).toMatchObject({ MinimumLength: 8, RequireSymbols: true });
    expect(after.DeletionProtection).toBe("INACTIVE");
    // What creation fixed stays.
    expect(after.UsernameAttributes).toEqual(["email"]);
    expect(after.UsernameConfiguration).toEqual({ CaseSensitive: false });
    expect(after.Name).toBe("test");
    expect(await signUp(bench, "ann@example.com", strong)).toBe("ok");
    expect(bench.seen).toEqual([]);
  });

  it("keeps settings that the simulator does not use, and gives them back", async () => {
    const EmailConfiguration = { EmailSendingAccount: "COGNITO_DEFAULT" } as const;
    const LambdaConfig = { CustomMessage: "arn:aws:lambda:eu-west-1:000000000000:function:m" };
    const bench = await openBench({ pool: { EmailConfiguration, LambdaConfig } });
    const { UserPool } = await bench.sdk.send(new DescribeUserPoolCommand({ UserPoolId: bench.poolId }));
    expect(UserPool).toMatchObject({ EmailConfiguration, LambdaConfig });
    expect(UserPool?.CreationDate).toBeInstanceOf(Date);
  });

  it("cannot have aliases and user name attributes at once, or required custom attributes", async () => {
    const { sdk } = await openBench();
    const create = (more: object) => outcome(() => sdk.send(new CreateUserPoolCommand({ PoolName: "x", ...more })));
    expect(await create({ AliasAttributes: ["email"], UsernameAttributes: ["email"] })).toContain(
      "Only one of the aliasAttributes or usernameAttributes can be set",
    );
    expect(await create({ Schema: [{ Name: "x", AttributeDataType: "String", Required: true }] })).toContain(
      "Required custom attributes are not supported currently.",
    );
  });

  it("gets custom attributes, once each", async () => {
    const bench = await openBench();
    const add = () =>
      outcome(() =>
        bench.sdk.send(
          new AddCustomAttributesCommand({
            UserPoolId: bench.poolId,
            CustomAttributes: [
              {
                Name: "level",
                AttributeDataType: "Number",
                NumberAttributeConstraints: { MinValue: "1", MaxValue: "9" },
              },
            ],
          }),
        ),
      );
    expect(await add()).toBe("ok");
    expect(await add()).toContain("custom:level: Existing attribute already has name");
    expect(await signUp(bench, "ann", strong, { "custom:level": "ten" })).toContain("Not a valid integer number");
    expect(await signUp(bench, "ann", strong, { "custom:level": "10" })).toContain("no more than 9");
    expect(await signUp(bench, "ann", strong, { "custom:level": "9" })).toBe("ok");
  });

  it("is not deleted while it is protected, and is gone afterwards", async () => {
    const bench = await openBench({ pool: { DeletionProtection: "ACTIVE" } });
    const remove = () => outcome(() => bench.sdk.send(new DeleteUserPoolCommand({ UserPoolId: bench.poolId })));
    expect(await remove()).toContain("deletion protection is activated");
    await bench.sdk.send(new UpdateUserPoolCommand({ UserPoolId: bench.poolId }));
    expect(await remove()).toBe("ok");
    expect(await remove()).toBe(`ResourceNotFoundException: User pool ${bench.poolId} does not exist.`);
    expect(await bench.signIn("ann", "x")).toContain("ResourceNotFoundException");
  });

  it("is listed page by page", async () => {
    const { sdk } = await openBench();
    for (const PoolName of ["b", "c"]) await sdk.send(new CreateUserPoolCommand({ PoolName }));
    const first = await sdk.send(new ListUserPoolsCommand({ MaxResults: 2 }));
    const second = await sdk.send(new ListUserPoolsCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect([...(first.UserPools ?? []), ...(second.UserPools ?? [])].map((each) => each.Name)).toEqual([
      "test",
      "b",
      "c",
    ]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe("an app client", () => {
  it("loses every setting that an update leaves out, but not its name and secret", async () => {
    const bench = await openBench({
      client: { PreventUserExistenceErrors: "ENABLED", WriteAttributes: ["email"], GenerateSecret: true },
    });
    const ids = { UserPoolId: bench.poolId, ClientId: bench.clientId };
    await bench.sdk.send(new UpdateUserPoolClientCommand(ids));
    const { UserPoolClient: client } = await bench.sdk.send(new DescribeUserPoolClientCommand(ids));
    expect(client).toMatchObject({
      ClientName: "test",
      ClientSecret: bench.secret,
      PreventUserExistenceErrors: "LEGACY",
    });
    expect(client?.WriteAttributes).toBeUndefined();
    expect(client?.ExplicitAuthFlows).not.toContain("ALLOW_USER_PASSWORD_AUTH");
  });

  it("takes the older flow names, but not beside newer ones", async () => {
    const bench = await openBench({ client: { ExplicitAuthFlows: ["USER_PASSWORD_AUTH"] } });
    await addUser(bench, "ann", strong);
    expect(await bench.signIn("ann", strong)).toBe("tokens");
    const mixed = new CreateUserPoolClientCommand({
      UserPoolId: bench.poolId,
      ClientName: "mixed",
      ExplicitAuthFlows: ["USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    });
    expect(await outcome(() => bench.sdk.send(mixed))).toContain("Invalid ExplicitAuthFlows");
  });

  it("may only name attributes of the schema", async () => {
    const bench = await openBench();
    const wrong = new CreateUserPoolClientCommand({
      UserPoolId: bench.poolId,
      ClientName: "x",
      WriteAttributes: ["custom:none"],
    });
    expect(await outcome(() => bench.sdk.send(wrong))).toBe(
      "InvalidParameterException: Invalid write attributes specified while creating a client",
    );
  });

  it("is listed and deleted", async () => {
    const bench = await openBench();
    const ids = { UserPoolId: bench.poolId, ClientId: bench.clientId };
    const list = () => bench.sdk.send(new ListUserPoolClientsCommand({ UserPoolId: bench.poolId }));
    expect((await list()).UserPoolClients?.map((each) => each.ClientId)).toEqual([bench.clientId]);
    await bench.sdk.send(new DeleteUserPoolClientCommand(ids));
    expect((await list()).UserPoolClients).toEqual([]);
    expect(await bench.signIn("ann", "x")).toContain("ResourceNotFoundException");
  });
});
