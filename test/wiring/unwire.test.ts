import { readdir } from "node:fs/promises";
import { UpdateUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider";
import { AddPermissionCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { unwire } from "../../lib/wiring/unwire.ts";
import { wire } from "../../lib/wiring/wire.ts";
import { openSetting } from "./setting.ts";

const elsewhere = "arn:aws:lambda:eu-west-1:000000000000:function:somebody-elses";

test("gives back what the pool had, and takes the permissions back", async () => {
  const setting = await openSetting({
    pool: {
      LambdaConfig: { PreSignUp: elsewhere, CustomMessage: elsewhere },
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
    },
  });
  const before = await setting.pool();
  await wire({ ...setting.options, replace: true }, setting.services);
  expect(await unwire({ userPoolId: setting.userPoolId, dryRun: false }, setting.services), setting.text()).toBe(0);
  const { SchemaAttributes: _, LastModifiedDate: __, ...after } = await setting.pool();
  const { SchemaAttributes: ___, LastModifiedDate: ____, ...former } = before;
  expect(after).toEqual(former);
  expect(await setting.statements("samekey-dev-userMigration")).toEqual([]);
  expect(await readdir(setting.services.folder)).toEqual([]);
});

test("gives back the first state after a pool was wired twice", async () => {
  const setting = await openSetting({ pool: { LambdaConfig: { PreSignUp: elsewhere } } });
  await wire({ ...setting.options, replace: true }, setting.services);
  await wire({ ...setting.options, replace: true }, setting.services);
  await unwire({ userPoolId: setting.userPoolId, dryRun: false }, setting.services);
  expect((await setting.pool()).LambdaConfig).toEqual({ PreSignUp: elsewhere });
});

test("leaves a slot that somebody else has taken since", async () => {
  const setting = await openSetting();
  await wire(setting.options, setting.services);
  const pool = await setting.pool();
  const LambdaConfig = { ...pool.LambdaConfig, PostConfirmation: elsewhere };
  const { userPoolId: UserPoolId } = setting;
  const { AutoVerifiedAttributes, UserAttributeUpdateSettings } = pool;
  await setting.services.cognito.send(
    new UpdateUserPoolCommand({ UserPoolId, LambdaConfig, AutoVerifiedAttributes, UserAttributeUpdateSettings }),
  );
  expect(await unwire({ userPoolId: UserPoolId, dryRun: false }, setting.services)).toBe(0);
  expect((await setting.pool()).LambdaConfig).toEqual({ PostConfirmation: elsewhere });
  expect(setting.text()).toMatch(/= {2}PostConfirmation +.*somebody-elses \(changed since it was wired: stays\)/);
});

test("takes back only the permissions that wiring added", async () => {
  const setting = await openSetting();
  const FunctionName = "samekey-dev-userMigration";
  await setting.services.lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: "other",
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
    }),
  );
  await wire(setting.options, setting.services);
  await unwire({ userPoolId: setting.userPoolId, dryRun: false }, setting.services);
  expect(await setting.statements(FunctionName)).toMatchObject([{ Sid: "other" }]);
});

test("a dry run changes nothing and keeps the record", async () => {
  const setting = await openSetting();
  await wire(setting.options, setting.services);
  const before = await setting.pool();
  expect(await unwire({ userPoolId: setting.userPoolId, dryRun: true }, setting.services)).toBe(0);
  expect(await setting.pool()).toEqual(before);
  expect(await readdir(setting.services.folder)).toEqual([`wire-${setting.userPoolId}.json`]);
  expect(setting.text()).toMatch(/- {2}UserMigration +arn:aws:lambda/);
});

test("refuses without a record", async () => {
  const setting = await openSetting();
  expect(await unwire({ userPoolId: setting.userPoolId, dryRun: false }, setting.services)).toBe(1);
  expect(setting.text()).toContain(`wire-${setting.userPoolId}.json`);
});
