import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import migration from "#migration";
import { type Packaged, packageWith, serverless } from "./packaged.ts";
import { ledgerCalls, otherActions, statementsOf } from "./policies.ts";
import { ofType, reachable } from "./resources-of.ts";
import { schemaFaults } from "./schema-faults.ts";

const triggers = ["UserMigration", "PreAuthentication", "PostAuthentication", "PostConfirmation", "PreSignUp"];
const hooks = triggers.map((trigger) => `${trigger.charAt(0).toLowerCase()}${trigger.slice(1)}`);
// The demo's config marks who has moved: ledger-stream.test.ts has what is its own.
const functions = [...hooks, "ledgerStream", "reconcile"];

const subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
const group = "sg-0123456789abcdef0";
const topic = "arn:aws:sns:us-east-1:123456789012:alarms";

let made: Packaged;
let joined: Packaged;
beforeAll(async () => {
  // One after the other: the CLI puts what it makes into one folder of the project first.
  made = await packageWith();
  joined = await packageWith(
    "pool=existing",
    `vpcSubnets=${subnets.join(", ")}`,
    `vpcSecurityGroups=${group}`,
    `alarmTopic=${topic}`,
  );
}, 120_000);
afterAll(async () => {
  await Promise.all([made?.remove(), joined?.remove()]);
});

describe("the template", () => {
  test("fits CloudFormation's schema", async () => {
    expect(await schemaFaults(made.resources)).toEqual([]);
    expect(await schemaFaults(joined.resources)).toEqual([]);
  });

  test("is checked by a check that finds faults", async () => {
    const table = { Type: "AWS::DynamoDB::Table", Properties: { TableNam: "x", DeletionProtectionEnabled: "yes" } };
    expect(await schemaFaults({ Ledger: table, Odd: { Type: "AWS::No::Such", Properties: {} } })).toEqual([
      "Ledger (AWS::DynamoDB::Table).KeySchema: missing",
      "Ledger (AWS::DynamoDB::Table).TableNam: no such property",
      "Ledger (AWS::DynamoDB::Table).DeletionProtectionEnabled: neither true nor false",
      "Odd: no such type AWS::No::Such",
    ]);
  });

  test("has nothing that cfn-lint finds", ({ skip }) => {
    const found = spawnSync("cfn-lint", ["--version"]);
    if (found.status !== 0) skip("cfn-lint is not on this machine");
    // W3005: the CLI writes some DependsOn that a reference says already.
    const lint = spawnSync("cfn-lint", ["-i", "W3005", "--", made.templateFile, joined.templateFile]);
    expect(`${lint.stdout}${lint.stderr}`).toBe("");
  });

  test("has no circle: no function leads to the pool", () => {
    for (const trigger of triggers) {
      expect([...reachable(made, `${trigger}LambdaFunction`)]).not.toContain("UserPool");
    }
    for (const id of Object.keys(made.resources)) expect([...reachable(made, id)]).not.toContain(id);
  });

  test("makes nothing public", () => {
    for (const packaged of [made, joined]) {
      const types = Object.values(packaged.resources).map(({ Type }) => Type);
      expect(types.filter((type) => /::Url$|ApiGateway|ElasticLoadBalancing|CloudFront/.test(type))).toEqual([]);
      const open = Object.entries(packaged.resources).filter(
        ([id, resource]) =>
          id !== "ServerlessDeploymentBucketPolicy" && /"Principal":("\*"|\{"AWS":"\*")/.test(JSON.stringify(resource)),
      );
      expect(open.map(([id]) => id)).toEqual([]);
      const policy = packaged.resources.ServerlessDeploymentBucketPolicy?.Properties.PolicyDocument.Statement;
      expect(policy.map((statement: { Effect: string }) => statement.Effect)).toEqual(["Deny"]);
      const bucket = packaged.resources.ServerlessDeploymentBucket?.Properties;
      expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    }
  });
});

describe("the pool", () => {
  test("calls each trigger's function, and each function lets this pool alone call it", () => {
    const pool = made.resources.UserPool?.Properties;
    expect(Object.keys(pool.LambdaConfig).sort()).toEqual([...triggers].sort());
    for (const trigger of triggers) {
      const arn = { "Fn::GetAtt": [`${trigger}LambdaFunction`, "Arn"] };
      expect(pool.LambdaConfig[trigger]).toEqual(arn);
      expect(made.resources[`${trigger}Permission`]?.Properties).toEqual({
        Action: "lambda:InvokeFunction",
        FunctionName: arn,
        Principal: "cognito-idp.amazonaws.com",
        SourceArn: { "Fn::GetAtt": ["UserPool", "Arn"] },
        SourceAccount: { Ref: "AWS::AccountId" },
      });
    }
    expect(ofType(made, "AWS::Lambda::Permission")).toHaveLength(["the schedule's", ...triggers].length);
  });

  test("outlives the stack, and is named as the config says", () => {
    const { Properties, ...kept } = made.resources.UserPool ?? { Properties: {} };
    expect(kept).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    expect(Properties).toMatchObject({
      DeletionProtection: "ACTIVE",
      UsernameConfiguration: { CaseSensitive: migration.usernameCase === "sensitive" },
      AutoVerifiedAttributes: ["email", "phone_number"],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email", "phone_number"] },
    });
    const { AliasAttributes, UsernameAttributes } = Properties;
    expect({ AliasAttributes, UsernameAttributes }).toEqual(
      {
        email: { UsernameAttributes: ["email"] },
        phone: { UsernameAttributes: ["phone_number"] },
        username: {},
        alias: { AliasAttributes: ["email", "phone_number", "preferred_username"] },
      }[migration.userNames],
    );
  });

  test("has a legacy id that is written once, and that no client may write", () => {
    const { Schema } = made.resources.UserPool?.Properties ?? {};
    expect(Schema).toMatchObject([{ Name: "legacy_id", AttributeDataType: "String", Mutable: false }]);
    const clients = ofType(made, "AWS::Cognito::UserPoolClient");
    expect(clients).toHaveLength(1);
    for (const [, { Properties }] of clients) {
      expect(Properties.WriteAttributes).toContain("email");
      expect(Properties.WriteAttributes).not.toContain("custom:legacy_id");
      expect(Properties.PreventUserExistenceErrors).toBe("ENABLED");
      expect(Properties.ExplicitAuthFlows).toEqual([
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
      ]);
    }
  });

  test("is left alone where it is the adopter's own", () => {
    const types = Object.values(joined.resources).map(({ Type }) => Type);
    expect(types.filter((type) => /Cognito|Lambda::Permission|Custom::/.test(type))).toEqual([]);
  });
});

describe("against attacks", () => {
  test("a rate rule stands before the pool that the stack makes, and before none that it does not know", () => {
    const associated = (packaged: Packaged) =>
      ofType(packaged, "AWS::WAFv2::WebACLAssociation").map(([, { Properties }]) => Properties);
    expect(associated(made)).toEqual([
      { WebACLArn: { "Fn::GetAtt": ["WebAcl", "Arn"] }, ResourceArn: { "Fn::GetAtt": ["UserPool", "Arn"] } },
    ]);
    expect(associated(joined)).toEqual([]);
    expect(ofType(joined, "AWS::WAFv2::WebACL")).toEqual([]);
  });

  test("the circuit's alarm hangs on the log of the function that tells of it", () => {
    for (const packaged of [made, joined]) {
      expect(packaged.resources.CircuitOpenMetric?.Properties.LogGroupName).toEqual({ Ref: "UserMigrationLogGroup" });
      expect(packaged.resources.UserMigrationLogGroup?.Type).toBe("AWS::Logs::LogGroup");
    }
    expect(joined.resources.CircuitOpenAlarm?.Properties.AlarmActions).toEqual([topic]);
  });
});

describe("the ledger", () => {
  test("has no capacity to plan, can be restored, is encrypted, streamed, and outlives the stack", () => {
    const { Properties, ...kept } = made.resources.Ledger ?? { Properties: {} };
    expect(kept).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    expect(Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    });
  });
});

describe("the functions", () => {
  test("run on Lambda's Node 24 and arm64, in Cognito's time, with the ledger's name alone", () => {
    expect(ofType(made, "AWS::Lambda::Function")).toHaveLength(functions.length);
    for (const [id, { Properties }] of ofType(made, "AWS::Lambda::Function")) {
      const Timeout = id.startsWith("LedgerStream") ? 60 : id.startsWith("Reconcile") ? 900 : 5;
      expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Timeout });
      const counts = ["UserMigration", "PreSignUp"].some((name) => id.startsWith(name));
      const key = { "Fn::Join": ["", ["{{resolve:secretsmanager:", { Ref: "AttemptKey" }, "}}"]] };
      expect(Properties.Environment.Variables).toEqual({
        SAMEKEY_TABLE: "samekey-dev-ledger",
        ...(counts ? { SAMEKEY_ATTEMPT_KEY: key } : {}),
        ...(id.startsWith("Reconcile") ? { SAMEKEY_USER_POOL: { Ref: "UserPool" } } : {}),
      });
    }
  });

  test("that hash have one whole processor, and those that ask the database a bound on their connections", () => {
    expect(made.resources.UserMigrationLambdaFunction?.Properties).toMatchObject({
      MemorySize: 1769,
      ReservedConcurrentExecutions: 20,
    });
    expect(made.resources.PreSignUpLambdaFunction?.Properties.ReservedConcurrentExecutions).toBe(10);
  });

  test("keep their logs for a month, and have alarms on errors and on time near the limit", () => {
    const groups = ofType(made, "AWS::Logs::LogGroup");
    expect(groups.map(([, { Properties }]) => Properties.RetentionInDays)).toEqual(functions.map(() => 30));
    for (const [packaged, actions] of [
      [made, undefined],
      [joined, [topic]],
    ] as const) {
      for (const name of hooks) {
        const alarms = ofType(packaged, "AWS::CloudWatch::Alarm")
          .map(([, { Properties }]) => Properties)
          .filter(({ Dimensions }) => Dimensions?.[0].Value === `samekey-dev-${name}`);
        expect(alarms.map(({ MetricName }) => MetricName).sort()).toEqual(["Duration", "Errors"]);
        expect(alarms.map(({ AlarmActions }) => AlarmActions)).toEqual([actions, actions]);
        expect(alarms.find(({ MetricName }) => MetricName === "Duration")?.Threshold).toBeLessThan(4000);
      }
    }
  });

  test("are in the VPC where they ask the database, and only there", () => {
    const vpc = { SubnetIds: subnets, SecurityGroupIds: [group] };
    const asking = ["UserMigration", "PreSignUp", ...(migration.gate.legacyCheck ? ["PreAuthentication"] : [])];
    for (const trigger of triggers) {
      const { VpcConfig } = joined.resources[`${trigger}LambdaFunction`]?.Properties ?? {};
      expect(VpcConfig, trigger).toEqual(asking.includes(trigger) ? vpc : undefined);
    }
    for (const [, { Properties }] of ofType(made, "AWS::Lambda::Function"))
      expect(Properties.VpcConfig).toBeUndefined();
  });

  test("have a role of their own", () => {
    for (const trigger of triggers) {
      expect(made.resources[`${trigger}LambdaFunction`]?.Properties.Role).toEqual({
        "Fn::GetAtt": [`${trigger}Role`, "Arn"],
      });
      expect(made.resources[`${trigger}Role`]?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]);
    }
    const roles = ofType(made, "AWS::IAM::Role").map(([id]) => id);
    const others = ["LedgerStream", "Reconcile", "UserPoolSms"];
    expect(roles.sort()).toEqual([...triggers, ...others].map((name) => `${name}Role`).sort());
  });

  test("may do in the packaged template what roles.test.ts says", () => {
    const reads = ledgerCalls(made.resources.PreAuthenticationRole).map((call) => call.split(" ")[0]);
    expect(new Set(reads)).toEqual(new Set(["BatchGetItem", "GetItem"]));
    expect(otherActions(made.resources.PostAuthenticationRole)).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
    const secrets = statementsOf(made.resources.UserMigrationRole).find(({ Action }) =>
      Action.includes("secretsmanager:GetSecretValue"),
    );
    const account = `secretsmanager:\${AWS::Region}:\${AWS::AccountId}`;
    const arn = `arn:\${AWS::Partition}:${account}:secret:samekey/legacy-database-??????`;
    expect(secrets?.Resource).toEqual([{ "Fn::Sub": arn }]);
  });
});

describe("the packages", () => {
  test("are small, one ES module each", () => {
    expect([...made.zips.keys()].sort()).toEqual([...functions].sort());
    for (const [name, { bytes, files }] of made.zips) {
      const file = `functions/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.mjs`;
      expect([...files.keys()]).toEqual([file]);
      expect(bytes, name).toBeLessThan(name.startsWith("post") ? 250_000 : 400_000);
    }
  });

  test("load, and export a handler", async () => {
    const folder = await mkdtemp(join(tmpdir(), "samekey-bundles-"));
    const names = await Promise.all(
      [...made.zips].map(async ([name, { files }]) => {
        const file = join(folder, `${name}.mjs`);
        await writeFile(file, [...files.values()][0] ?? "");
        return file;
      }),
    );
    const script = `const kinds = await Promise.all(process.argv.slice(1).map(async (file) => typeof (await import(file)).handler));
      process.stdout.write(kinds.join()); process.exit();`;
    const ran = spawnSync(process.execPath, ["--input-type=module", "-e", script, ...names], {
      // Port 9 refuses: opening connections starts with the import, and goes nowhere here.
      env: { SAMEKEY_TABLE: "t", AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
      timeout: 30_000,
    });
    await rm(folder, { recursive: true });
    expect(`${ran.stdout}${ran.stderr}`).toBe(functions.map(() => "function").join());
  });
});

test("the stage local is refused by deploy", async () => {
  const { code, output } = await serverless("deploy", "--stage", "local");
  expect(code).toBe(1);
  expect(output).toContain("The stage local lives on this machine alone: `deploy` is refused.");
});
