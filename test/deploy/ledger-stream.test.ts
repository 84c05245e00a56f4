import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Packaged, packageWith } from "./packaged.ts";
import { statementsOf } from "./policies.ts";
import { type RoleFacts, type RoleSettings, roles } from "./role-setting.ts";

const topic = "arn:aws:sns:us-east-1:123456789012:alarms";
const subnet = "subnet-0123456789abcdef0";
const group = "sg-0123456789abcdef0";

// The demo's config marks who has moved.
let made: Packaged;
beforeAll(async () => {
  made = await packageWith(`vpcSubnets=${subnet}`, `vpcSecurityGroups=${group}`, `alarmTopic=${topic}`);
}, 60_000);
afterAll(() => made?.remove());

describe("the function on the ledger's stream", () => {
  const stream = { "Fn::GetAtt": ["Ledger", "StreamArn"] };
  const queue = { "Fn::GetAtt": ["LedgerStreamFailures", "Arn"] };

  test("is told of users who have moved alone, record by record, for six hours, then the queue is", () => {
    const mappings = Object.values(made.resources).filter(({ Type }) => Type === "AWS::Lambda::EventSourceMapping");
    expect(mappings.map(({ Properties }) => Properties)).toMatchObject([
      {
        EventSourceArn: stream,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        BisectBatchOnFunctionError: true,
        MaximumRecordAgeInSeconds: 21_600,
        MaximumRetryAttempts: 10_000,
        DestinationConfig: { OnFailure: { Destination: queue } },
      },
    ]);
    const { Filters } = mappings[0]?.Properties.FilterCriteria ?? {};
    expect(Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { dynamodb: { NewImage: { sk: { S: ["user"] }, state: { S: ["migrated"] } } } },
    ]);
  });

  test("takes one connection to the database, where the database is", () => {
    expect(made.resources.LedgerStreamLambdaFunction?.Properties).toMatchObject({
      ReservedConcurrentExecutions: 1,
      VpcConfig: { SubnetIds: [subnet], SecurityGroupIds: [group] },
      Role: { "Fn::GetAtt": ["LedgerStreamRole", "Arn"] },
    });
  });

  test("leaves what it could not do in an encrypted queue, which raises an alarm", () => {
    expect(made.resources.LedgerStreamFailures?.Properties).toMatchObject({ SqsManagedSseEnabled: true });
    expect(made.resources.LedgerStreamFailuresAlarm?.Properties).toMatchObject({
      MetricName: "ApproximateNumberOfMessagesVisible",
      Threshold: 0,
      AlarmActions: [topic],
    });
  });
});

describe("the role of the function on the ledger's stream", () => {
  const others = (drift: RoleFacts["drift"], settings: Partial<RoleSettings> = {}) =>
    statementsOf(roles({ hasStreamWork: true, drift }, settings).LedgerStreamRole);
  const ending = ["cognito-idp:AdminResetUserPassword", "cognito-idp:AdminUserGlobalSignOut"];

  test("is there only where the config has work for it", () => {
    expect(roles()).not.toHaveProperty("LedgerStreamRole");
    expect(roles({ hasStreamWork: true })).toHaveProperty("LedgerStreamRole");
  });

  test("reads the ledger's stream, and queues what could not be done", () => {
    const statements = others("none");
    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      Resource: { "Fn::GetAtt": ["Ledger", "StreamArn"] },
    });
    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: { "Fn::GetAtt": ["LedgerStreamFailures", "Arn"] },
    });
  });

  test("writes to the tables and pools that the config asks only where a source marks", () => {
    const asks = { functions: [], userPools: ["arn:legacy-pool"], tables: ["arn:legacy-table"], roles: [] };
    const role = (marks: boolean) => statementsOf(roles({ hasStreamWork: true, marks }, { asks }).LedgerStreamRole);
    const written = [
      { Effect: "Allow", Action: ["dynamodb:UpdateItem"], Resource: ["arn:legacy-table"] },
      { Effect: "Allow", Action: ["cognito-idp:AdminUpdateUserAttributes"], Resource: ["arn:legacy-pool"] },
    ];
    expect(role(true)).toEqual([...role(false), ...written]);
  });

  test("ends passwords in the one pool, and only where a drift does", () => {
    const inPool = { Effect: "Allow", Action: ending, Resource: "arn:pool" };
    expect(others("reset", { userPool: "arn:pool" })).toContainEqual(inPool);
    for (const drift of ["none", "platform-wins"] as const) {
      expect(JSON.stringify(others(drift, { userPool: "arn:pool" }))).not.toContain("cognito-idp");
    }
  });
});
