import { readdir } from "node:fs/promises";
import {
  AddCustomAttributesCommand,
  AdminCreateUserCommand,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { custom } from "../../lib/sources/custom.ts";
import { wire } from "../../lib/wiring/wire.ts";
import { openSetting } from "./setting.ts";

const elsewhere = "arn:aws:lambda:eu-west-1:000000000000:function:somebody-elses";

/** Every setting of a pool but those that wiring is for. */
function untouched(pool: UserPoolType) {
  const { LambdaConfig, UserAttributeUpdateSettings, SchemaAttributes, LastModifiedDate, ...rest } = pool;
  return rest;
}

test("sets the five triggers, the verification and the attribute, and leaves every other setting as it was", async () => {
  const setting = await openSetting({
    pool: {
      Policies: { PasswordPolicy: { MinimumLength: 17, RequireSymbols: true, TemporaryPasswordValidityDays: 3 } },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
      EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT", ReplyToEmailAddress: "help@example.org" },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
      UserPoolTags: { team: "accounts" },
      LambdaConfig: { CustomMessage: elsewhere },
    },
  });
  const before = await setting.pool();
  expect(await wire(setting.options, setting.services), setting.text()).toBe(0);
  const after = await setting.pool();
  expect(untouched(after)).toEqual(untouched(before));
  expect(after.LambdaConfig).toEqual({
    CustomMessage: elsewhere,
    UserMigration: setting.arn("samekey-dev-userMigration"),
    PreAuthentication: setting.arn("samekey-dev-preAuthentication"),
    PostAuthentication: setting.arn("samekey-dev-postAuthentication"),
    PostConfirmation: setting.arn("samekey-dev-postConfirmation"),
    PreSignUp: setting.arn("samekey-dev-preSignUp"),
  });
  expect(after.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate).toEqual([
    "email",
    "phone_number",
  ]);
  const legacyId = after.SchemaAttributes?.find(({ Name }) => Name === "custom:legacy_id");
  expect(legacyId).toMatchObject({ AttributeDataType: "String", Mutable: false });
});

test("lets the pool alone call each function", async () => {
  const setting = await openSetting();
  await wire(setting.options, setting.services);
  const { Arn } = await setting.pool();
  for (const name of ["userMigration", "preAuthentication", "postAuthentication", "postConfirmation", "preSignUp"]) {
    expect(await setting.statements(`samekey-dev-${name}`)).toMatchObject([
      {
        Sid: `samekey-${setting.userPoolId}`,
        Effect: "Allow",
        Principal: { Service: "cognito-idp.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Condition: {
          ArnLike: { "AWS:SourceArn": Arn },
          StringEquals: { "AWS:SourceAccount": "000000000000" },
        },
      },
    ]);
  }
});

test("refuses an occupied slot, and changes nothing", async () => {
  const setting = await openSetting({ pool: { LambdaConfig: { PreSignUp: elsewhere } } });
  const before = await setting.pool();
  expect(await wire(setting.options, setting.services)).toBe(1);
  expect(await setting.pool()).toEqual(before);
  expect(await setting.statements("samekey-dev-preSignUp")).toEqual([]);
  expect(setting.text()).toMatch(/STOP {2}PreSignUp +The slot has another function. --replace/);
});

test("takes an occupied slot over with replace", async () => {
  const setting = await openSetting({ pool: { LambdaConfig: { PreSignUp: elsewhere } } });
  expect(await wire({ ...setting.options, replace: true }, setting.services)).toBe(0);
  expect((await setting.pool()).LambdaConfig?.PreSignUp).toBe(setting.arn("samekey-dev-preSignUp"));
});

test("a dry run changes nothing, and prints the difference and CloudFormation", async () => {
  const setting = await openSetting({ pool: { LambdaConfig: { CustomMessage: elsewhere } } });
  const before = await setting.pool();
  expect(await wire({ ...setting.options, dryRun: true }, setting.services)).toBe(0);
  expect(await setting.pool()).toEqual(before);
  expect(await setting.statements("samekey-dev-userMigration")).toEqual([]);
  await expect(readdir(setting.services.folder)).rejects.toThrow("ENOENT");
  const text = setting.text();
  expect(text).toMatch(/\+ {2}UserMigration +arn:aws:lambda:eu-west-1:000000000000:function:samekey-dev-userMigration/);
  const { Resources } = parse(text.slice(text.indexOf("Resources:"), text.indexOf("Nothing was changed")));
  expect(Resources.YourUserPool.Properties.LambdaConfig.CustomMessage).toBe(elsewhere);
  expect(Resources.SamekeyUserMigrationPermission.Properties).toEqual({
    Action: "lambda:InvokeFunction",
    FunctionName: setting.arn("samekey-dev-userMigration"),
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: before.Arn,
    SourceAccount: "000000000000",
  });
});

test("wires a wired pool again without a change", async () => {
  const setting = await openSetting();
  await wire(setting.options, setting.services);
  const before = await setting.pool();
  expect(await wire(setting.options, setting.services)).toBe(0);
  expect(await setting.pool()).toEqual(before);
  expect(await setting.statements("samekey-dev-userMigration")).toHaveLength(1);
});

test("refuses when a function is not deployed, before anything is changed", async () => {
  const setting = await openSetting({ deployed: ["userMigration", "preAuthentication"] });
  const before = await setting.pool();
  expect(await wire(setting.options, setting.services)).toBe(1);
  expect(await setting.pool()).toEqual(before);
  expect(setting.text()).toMatch(/STOP {2}function +samekey-dev-postConfirmation is not there/);
});

test("refuses a pool that the config does not fit, by user names and by case", async () => {
  const setting = await openSetting({
    pool: { UsernameAttributes: [], AliasAttributes: ["email"], UsernameConfiguration: { CaseSensitive: true } },
  });
  expect(await wire(setting.options, setting.services)).toBe(1);
  expect(setting.text()).toContain('userNames: "email", this pool is "alias"');
  expect(setting.text()).toContain('usernameCase: "insensitive", this pool is "sensitive"');
});

test("warns of clients through which nobody migrates, that tell who exists, or that write every attribute", async () => {
  const setting = await openSetting({
    client: { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"], PreventUserExistenceErrors: "LEGACY", WriteAttributes: [] },
  });
  expect(await wire(setting.options, setting.services)).toBe(0);
  expect(setting.text()).toMatch(/warn {2}client app +ALLOW_USER_PASSWORD_AUTH is off/);
  expect(setting.text()).toMatch(/warn {2}client app +PreventUserExistenceErrors is not ENABLED/);
  expect(setting.text()).toMatch(/warn {2}client app +It has no WriteAttributes/);
});

test("refuses a client that may write the legacy id", async () => {
  const setting = await openSetting({
    pool: { Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }] },
    client: { WriteAttributes: ["email", "custom:legacy_id"] },
  });
  expect(await wire(setting.options, setting.services)).toBe(1);
  expect(setting.text()).toMatch(/STOP {2}client app +custom:legacy_id is among its WriteAttributes/);
});

test("refuses a mutable legacy id when a client may write every attribute", async () => {
  const setting = await openSetting({ client: { WriteAttributes: [] } });
  const CustomAttributes = [{ Name: "legacy_id", AttributeDataType: "String" as const, Mutable: true }];
  const { userPoolId: UserPoolId } = setting;
  await setting.services.cognito.send(new AddCustomAttributesCommand({ UserPoolId, CustomAttributes }));
  expect(await wire(setting.options, setting.services)).toBe(1);
  expect(setting.text()).toMatch(/STOP {2}client app +It has no WriteAttributes/);
});

test("says which contact cannot be held back, since the pool does not verify it", async () => {
  const setting = await openSetting({ pool: { AutoVerifiedAttributes: ["email"] } });
  expect(await wire(setting.options, setting.services)).toBe(0);
  const settings = (await setting.pool()).UserAttributeUpdateSettings;
  expect(settings?.AttributesRequireVerificationBeforeUpdate).toEqual(["email"]);
  expect(setting.text()).toMatch(/warn {2}phone_number +The pool does not verify it/);
});

test("counts the pool's users who have a legacy user's address, but not those whom Samekey moved", async () => {
  const setting = await openSetting({
    pool: { Schema: [{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }] },
  });
  const create = (Username: string, legacyId?: string) =>
    setting.services.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: setting.userPoolId,
        Username,
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: Username },
          ...(legacyId === undefined ? [] : [{ Name: "custom:legacy_id", Value: legacyId }]),
        ],
      }),
    );
  await create("Ada@example.org");
  await create("grace@example.org", "1002");
  await create("somebody@example.org");
  await wire({ ...setting.options, dryRun: true }, setting.services);
  expect(setting.text()).toMatch(/warn {2}users +Of the 3 users of the pool, 1 have the name/);
});

test("warns when the legacy store cannot be asked about the pool's users", async () => {
  const setting = await openSetting();
  const down = custom({
    lookups: ["email"],
    find: () => {
      throw new Error("refused");
    },
  });
  const Username = "ada@example.org";
  await setting.services.cognito.send(new AdminCreateUserCommand({ UserPoolId: setting.userPoolId, Username }));
  const migration = { ...setting.services.migration, sources: [down] };
  await wire({ ...setting.options, dryRun: true }, { ...setting.services, migration });
  expect(setting.text()).toMatch(/warn {2}users +Whether the pool's users collide .* SOURCE_UNAVAILABLE/);
});

test("refuses a pool that is not there", async () => {
  const setting = await openSetting();
  const options = { ...setting.options, userPoolId: "eu-west-1_nobodyHas" };
  await expect(wire(options, setting.services)).rejects.toThrow("there is no user pool eu-west-1_nobodyHas");
});
