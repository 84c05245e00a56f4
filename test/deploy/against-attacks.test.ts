import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { tellOpenCircuit } from "../../lib/aws/log.ts";
import { captureStdout } from "../support/stdout.ts";
import type { Resource } from "./packaged.ts";

interface Tools {
  resolveVariable(address: string): Promise<unknown>;
}
type Part = (tools: Tools) => Promise<{ readonly Resources: Readonly<Record<string, Resource>> }>;
type Given = Readonly<Record<string, string>>;

const require = createRequire(import.meta.url);
const webAcl: Part = require("../../deploy/web-acl.cjs");
const alarms: Part = require("../../deploy/alarms.cjs");
const attemptKey: {
  readonly resources: Part;
  environment(tools: Tools): Promise<Given>;
} = require("../../deploy/attempt-key.cjs");

/** What the CLI resolves for a part of the template. */
function tools(given: Given = {}): Tools {
  const usual: Given = {
    "param:pool": "new",
    "param:userPool": "",
    "param:waf": "on",
    "param:wafRequests": "100",
    "param:config": "demo",
    "param:alarmTopic": "",
    "self:custom.prefix": "samekey-dev",
    "sls:stage": "dev",
  };
  return { resolveVariable: async (address) => ({ ...usual, ...given })[address] };
}

describe("the limit by address", () => {
  test("is 100 requests of an address in five minutes; all else passes", async () => {
    const { WebAcl } = (await webAcl(tools())).Resources;
    expect(WebAcl?.Properties).toMatchObject({ Scope: "REGIONAL", DefaultAction: { Allow: {} } });
    expect(WebAcl?.Properties.Rules).toMatchObject([
      {
        Action: { Block: {} },
        Statement: { RateBasedStatement: { AggregateKeyType: "IP", Limit: 100, EvaluationWindowSec: 300 } },
      },
    ]);
  });

  test("stands before a pool of yours whose ARN is given, with a number of yours", async () => {
    const arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Example01";
    const own = { "param:pool": "existing", "param:userPool": arn, "param:wafRequests": "2000" };
    const { WebAcl, WebAclAssociation } = (await webAcl(tools(own))).Resources;
    expect(WebAclAssociation?.Properties.ResourceArn).toBe(arn);
    expect(WebAcl?.Properties.Rules[0].Statement.RateBasedStatement.Limit).toBe(2000);
  });

  test("is turned off by its word", async () => {
    expect((await webAcl(tools({ "param:waf": "off" }))).Resources).toEqual({});
    await expect(webAcl(tools({ "param:waf": "maybe" }))).rejects.toThrow("allowed are on and off");
  });

  test.each(["9", "many", "1.5"])("refuses a limit of %s requests", async (requests) => {
    await expect(webAcl(tools({ "param:wafRequests": requests }))).rejects.toThrow("whole numbers from 10");
  });
});

test("the circuit's alarm counts the line that the function writes", async () => {
  const { CircuitOpenMetric, CircuitOpenAlarm } = (await alarms(tools({ "param:alarmTopic": "arn:topic" }))).Resources;
  const [metric] = CircuitOpenMetric?.Properties.MetricTransformations ?? [];
  expect(CircuitOpenAlarm?.Properties).toMatchObject({
    MetricName: metric.MetricName,
    Namespace: metric.MetricNamespace,
    Statistic: "Sum",
    Threshold: 0,
    AlarmActions: ["arn:topic"],
  });
  const stdout = captureStdout();
  tellOpenCircuit(new Date("2026-11-27T12:01:00Z"));
  const [line] = stdout.lines();
  const [, name = "", word] = /^\{ \$\.(\w+) = "(\w+)" \}$/.exec(CircuitOpenMetric?.Properties.FilterPattern) ?? [];
  expect(line?.[name]).toBe(word);
});

describe("the key of the attempts", () => {
  test("is made by the stack and put into the environment by CloudFormation", async () => {
    const { AttemptKey } = (await attemptKey.resources(tools())).Resources;
    expect(AttemptKey?.Type).toBe("AWS::SecretsManager::Secret");
    expect(AttemptKey?.Properties.GenerateSecretString.PasswordLength).toBeGreaterThanOrEqual(32);
    expect(await attemptKey.environment(tools())).toEqual({
      SAMEKEY_ATTEMPT_KEY: { "Fn::Join": ["", ["{{resolve:secretsmanager:", { Ref: "AttemptKey" }, "}}"]] },
    });
  });

  test("is not asked for where a function runs on a laptop", async () => {
    expect(await attemptKey.environment(tools({ "sls:stage": "local" }))).toEqual({});
  });
});
