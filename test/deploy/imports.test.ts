import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "../../lib/import-api/openapi.ts";
import { type Clone, openClone } from "../cli/clone.ts";
import { importSettings, imports, tools } from "./import-setting.ts";
import { type Packaged, packageIn } from "./packaged.ts";
import { statementsOf } from "./policies.ts";
import { schemaFaults } from "./schema-faults.ts";

const config = `
import { defineMigration } from "./lib/config/define-migration.ts";
import { kmsKey } from "./lib/config/kms-key.ts";
import { argon2 } from "./lib/hashes/argon2.ts";
export default defineMigration({
  sources: [],
  vault: { key: kmsKey("alias/samekey") },
  passwords: [argon2()],
  userNames: "email",
});
`;
const names = ["createImport", "readImport", "importUsers"];
const idOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const topic = "arn:aws:sns:us-east-1:123456789012:alarms";

let clone: Clone;
let made: Packaged;
beforeAll(async () => {
  clone = await openClone(config);
  for (const name of ["deploy", "functions", "serverless.yml"]) {
    await cp(name, join(clone.folder, name), { recursive: true });
  }
  made = await packageIn(clone.folder, "imports=on", `alarmTopic=${topic}`);
}, 120_000);
afterAll(async () => {
  await made?.remove();
  await clone?.remove();
});

describe('with imports: "on"', () => {
  test("the template fits CloudFormation's schema", async () => {
    expect(await schemaFaults(made.resources)).toEqual([]);
  });

  test("the template has nothing that cfn-lint finds", ({ skip }) => {
    const found = spawnSync("cfn-lint", ["--version"]);
    if (found.status !== 0) skip("cfn-lint is not on this machine");
    const lint = spawnSync("cfn-lint", ["-i", "W3005", "--", made.templateFile]);
    expect(`${lint.stdout}${lint.stderr}`).toBe("");
  });

  test("each route of the API leads to its function, for callers who sign, in the format 2.0", () => {
    const described = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(Object.values(imports.routes).sort()).toEqual([...described].sort());
    const types = Object.values(made.resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === "AWS::ApiGatewayV2::Route")).toHaveLength(names.length);
    for (const name of names) {
      const id = idOf(name);
      const arn = { "Fn::GetAtt": [`${id}LambdaFunction`, "Arn"] };
      expect(made.resources[`${id}Route`]?.Properties).toMatchObject({
        RouteKey: imports.routes[name],
        AuthorizationType: "AWS_IAM",
        Target: { "Fn::Join": ["/", ["integrations", { Ref: `${id}Integration` }]] },
      });
      expect(made.resources[`${id}Integration`]?.Properties).toMatchObject({
        IntegrationType: "AWS_PROXY",
        IntegrationUri: arn,
        PayloadFormatVersion: "2.0",
      });
      expect(made.resources[`${id}Permission`]?.Properties).toMatchObject({
        FunctionName: arn,
        Principal: "apigateway.amazonaws.com",
        SourceAccount: { Ref: "AWS::AccountId" },
      });
      const place = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${ImportApi}`;
      const path = (imports.routes[name] ?? "").replace(" ", "");
      expect(made.resources[`${id}Permission`]?.Properties.SourceArn).toEqual({ "Fn::Sub": `${place}/*/${path}` });
    }
  });

  test("the API holds callers down, and logs nothing that they wrote", () => {
    const { AccessLogSettings, DefaultRouteSettings } = made.resources.ImportApiStage?.Properties ?? {};
    expect(DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 20, ThrottlingRateLimit: 20 });
    expect(AccessLogSettings.DestinationArn).toEqual({ "Fn::GetAtt": ["ImportApiLogs", "Arn"] });
    const fields: readonly string[] = Object.values(JSON.parse(AccessLogSettings.Format));
    for (const field of fields) expect(field).not.toMatch(/body|header|path|query|requestOverride/i);
    expect(made.resources.ImportApi?.Properties).not.toHaveProperty("CorsConfiguration");
  });

  test("the bucket is closed, encrypted with the vault's key, reached by TLS alone, and empty after a week", () => {
    const { Properties, ...kept } = made.resources.ImportBucket ?? { Properties: {} };
    expect(kept).toMatchObject({ DeletionPolicy: "Retain" });
    expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: {
          SSEAlgorithm: "aws:kms",
          KMSMasterKeyID: { "Fn::GetAtt": ["VaultKey", "Arn"] },
        },
      },
    ]);
    expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(Properties).not.toHaveProperty("VersioningConfiguration");
    expect(Properties.LifecycleConfiguration.Rules).toMatchObject([{ Status: "Enabled", ExpirationInDays: 7 }]);
    expect(Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    const statements = made.resources.ImportBucketPolicy?.Properties.PolicyDocument.Statement;
    expect(statements).toMatchObject([
      { Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    ]);
  });

  test("the functions find their pool, bucket and key, and importUsers has API Gateway's time", () => {
    const variables = (name: string) => made.resources[`${idOf(name)}LambdaFunction`]?.Properties.Environment.Variables;
    for (const name of ["createImport", "readImport"]) {
      expect(variables(name)).toEqual({
        SAMEKEY_TABLE: "samekey-dev-ledger",
        SAMEKEY_IMPORT_BUCKET: { Ref: "ImportBucket" },
        SAMEKEY_IMPORT_KEY: { "Fn::GetAtt": ["VaultKey", "Arn"] },
      });
    }
    expect(variables("importUsers")).toEqual({
      SAMEKEY_TABLE: "samekey-dev-ledger",
      SAMEKEY_USER_POOL: { Ref: "UserPool" },
    });
    expect(made.resources.ImportUsersLambdaFunction?.Properties).toMatchObject({
      Timeout: 30,
      MemorySize: 1769,
      ReservedConcurrentExecutions: 5,
      Role: { "Fn::GetAtt": ["ImportUsersRole", "Arn"] },
    });
  });

  test("faults of the API raise an alarm", () => {
    expect(made.resources.ImportApiFaultsAlarm?.Properties).toMatchObject({
      MetricName: "5xx",
      Dimensions: [{ Name: "ApiId", Value: { Ref: "ImportApi" } }],
      AlarmActions: [topic],
    });
  });

  test("the packages are one small ES module each", () => {
    for (const name of names) {
      const { bytes = 0, files } = made.zips.get(name) ?? {};
      expect([...(files?.keys() ?? [])]).toEqual([
        `functions/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.mjs`,
      ]);
      expect(bytes, name).toBeGreaterThan(10_000);
      expect(bytes, name).toBeLessThan(400_000);
    }
  });
});

test('with imports: "off" there is nothing of it', async () => {
  expect(await imports.functions(tools({}))).toEqual({});
  expect(await imports.resources(tools({}))).toEqual({ Resources: {} });
});

describe("the parameter imports", () => {
  test("is on or off", async () => {
    await expect(imports.functions(tools({ imports: "yes" }))).rejects.toThrow("allowed are on and off");
  });

  test("wants a vault in the config, and says so", async () => {
    for (const read of [imports.functions, imports.resources]) {
      await expect(read(tools({ imports: "on" }))).rejects.toThrow("the config has no vault");
    }
  });
});

describe("a pool that is there already", () => {
  const arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc";

  test("is named by its id, and its users may be made in it alone", () => {
    const settings = { ...importSettings, poolId: "eu-west-1_Abc", poolArn: arn };
    expect(imports.functionsOf(settings).importUsers?.environment).toEqual({ SAMEKEY_USER_POOL: "eu-west-1_Abc" });
    const calls = statementsOf(imports.resourcesOf(settings).Resources.ImportUsersRole).filter(({ Action }) =>
      Action.some((action) => action.startsWith("cognito-idp:")),
    );
    expect(calls.map(({ Resource }) => Resource)).toEqual([arn]);
  });

  test("is not touched where it is not named: all users wait in the vault", () => {
    const settings = { ...importSettings, poolId: "", poolArn: "" };
    expect(imports.functionsOf(settings).importUsers?.environment).toEqual({ SAMEKEY_USER_POOL: "" });
    expect(JSON.stringify(imports.resourcesOf(settings).Resources.ImportUsersRole)).not.toContain("cognito-idp");
  });
});
