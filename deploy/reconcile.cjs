// The function that settles every hour what did not end by itself. It is there where it has something to do: users are
// moved, and the pool is known (the stack's own, or the one that the parameter userPool names).
const { configFacts, told } = require("./config-facts.cjs");
const { role, writeLogs, useLedger, readSecrets } = require("./roles.cjs");

/**
 * @returns {Promise<{ prefix: string, poolId: unknown, poolArn: unknown, facts: import("./config-facts.cjs").ConfigFacts, secretsKey: string, topic: string } | undefined>}
 */
async function settingsOf({ resolveVariable }) {
  const [config, prefix, pool, ownPool, secretsKey, topic] = await Promise.all([
    resolveVariable("param:config"),
    resolveVariable("self:custom.prefix"),
    resolveVariable("param:pool"),
    resolveVariable("param:userPool"),
    resolveVariable("param:secretsKey"),
    resolveVariable("param:alarmTopic"),
  ]);
  const facts = await configFacts(config);
  if (facts.mode === "shadow") return undefined;
  const settings = { prefix, facts, secretsKey, topic };
  if (pool !== "existing") {
    return { ...settings, poolId: { Ref: "UserPool" }, poolArn: { "Fn::GetAtt": ["UserPool", "Arn"] } };
  }
  if (!ownPool) return undefined;
  const [, poolId] = /^arn:[^:]+:cognito-idp:.*:userpool\/(.+)$/.exec(ownPool) ?? [];
  if (poolId === undefined) {
    throw told(`--param "userPool=${ownPool}": allowed is the ARN of a user pool, arn:aws:cognito-idp:…:userpool/…`);
  }
  return { ...settings, poolId, poolArn: ownPool };
}

function functionsOf({ prefix, poolId }) {
  return {
    reconcile: {
      name: `${prefix}-reconcile`,
      description: "Settles lost proofs, stranded resets and erasures that raced, by looking at the pool",
      handler: "functions/reconcile.handler",
      role: "ReconcileRole",
      timeout: 900,
      environment: { SAMEKEY_USER_POOL: poolId },
      // A run that fails is not repeated: the next one comes within the hour.
      maximumRetryAttempts: 0,
      events: [{ schedule: { rate: ["rate(1 hour)"] } }],
    },
  };
}

function resourcesOf({ prefix, poolArn, facts, secretsKey, topic }) {
  const name = `${prefix}-reconcile`;
  const erases = facts.erasureKey !== "" && facts.erasureKey !== undefined;
  const vault = facts.vaultKey === "" ? [] : ["vault"];
  const statements = [
    writeLogs(name),
    useLedger("GetItem", ["user", "identifier", "legacy", "platform"]),
    useLedger("BatchGetItem", ["user", "identifier", "legacy", "platform", ...(erases ? ["erased"] : [])]),
    queryIndex(),
    useLedger("PutItem", ["user", "platform", "audit", ...(erases ? ["erasing"] : [])]),
    useLedger("UpdateItem", ["count"]),
    ...(erases
      ? [
          useLedger("DeleteItem", ["user", "identifier", "legacy", "platform", "vault", "totp", "shadow"]),
          useLedger("Query", ["erasing"]),
          useLedger("DeleteItem", ["erasing"], { alone: true }),
          ...readSecrets([facts.erasureKey], secretsKey),
        ]
      : [useLedger("DeleteItem", ["platform", ...vault])]),
    { Effect: "Allow", Action: poolCalls, Resource: poolArn },
  ];
  return {
    Resources: {
      ReconcileRole: role(name, statements),
      ReconcileErrorsAlarm: {
        Type: "AWS::CloudWatch::Alarm",
        Properties: {
          AlarmName: `${name}-errors`,
          AlarmDescription: "What did not end by itself was not settled; the function's log names the fault",
          Namespace: "AWS/Lambda",
          MetricName: "Errors",
          Dimensions: [{ Name: "FunctionName", Value: name }],
          Statistic: "Sum",
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 0,
          // One run that was cut off is mended by the next; two are not.
          EvaluationPeriods: 2,
          Period: 3600,
          TreatMissingData: "notBreaching",
          ...(topic ? { AlarmActions: [topic], OKActions: [topic] } : {}),
        },
      },
    },
  };
}

// lib/protocols/user-pool-accounts.ts
const poolCalls = [
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminDisableUser",
  "cognito-idp:AdminEnableUser",
  "cognito-idp:AdminUserGlobalSignOut",
  "cognito-idp:AdminDeleteUser",
];

/** The sparse index of the users who are looked at. */
function queryIndex() {
  return {
    Effect: "Allow",
    Action: ["dynamodb:Query"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is CloudFormation's
    Resource: { "Fn::Sub": "${Ledger.Arn}/index/open" },
  };
}

async function functions(tools) {
  const settings = await settingsOf(tools);
  return settings === undefined ? {} : functionsOf(settings);
}

async function resources(tools) {
  const settings = await settingsOf(tools);
  return settings === undefined ? { Resources: {} } : resourcesOf(settings);
}

module.exports = { functions, resources, functionsOf, resourcesOf };
