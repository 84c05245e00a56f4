// The function on the ledger's stream: it notes in the legacy store who has moved, and ends passwords that a drift made
// stale. It is there only where the config has something for it to do. What it cannot do in time goes to a queue.
const { configFacts } = require("./config-facts.cjs");
const { always } = require("./vpc.cjs");

async function functions(tools) {
  const [config, prefix] = await settingsOf(tools);
  if (!(await configFacts(config)).hasStreamWork) return {};
  return {
    ledgerStream: {
      name: `${prefix}-ledgerStream`,
      description: "Notes in the legacy store who has moved, ends passwords that have changed there",
      handler: "functions/ledger-stream.handler",
      role: "LedgerStreamRole",
      timeout: 60,
      // One connection to the legacy database: the table's shards take turns.
      reservedConcurrency: 1,
      vpc: await always(tools),
      events: [
        {
          stream: {
            type: "dynamodb",
            arn: { "Fn::GetAtt": ["Ledger", "StreamArn"] },
            batchSize: 10,
            startingPosition: "TRIM_HORIZON",
            functionResponseType: "ReportBatchItemFailures",
            // A legacy database may be down for six hours, and as long may one record hold up those behind it.
            maximumRecordAgeInSeconds: 21_600,
            maximumRetryAttempts: 10_000,
            bisectBatchOnFunctionError: true,
            destinations: {
              onFailure: { arn: { "Fn::GetAtt": ["LedgerStreamFailures", "Arn"] }, type: "sqs" },
            },
            // What lib/local/run/stack.ts filters by too.
            filterPatterns: [{ dynamodb: { NewImage: { sk: { S: ["user"] }, state: { S: ["migrated"] } } } }],
          },
        },
      ],
    },
  };
}

async function resources(tools) {
  const [config, prefix, topic] = await settingsOf(tools);
  if (!(await configFacts(config)).hasStreamWork) return { Resources: {} };
  const actions = topic ? { AlarmActions: [topic], OKActions: [topic] } : {};
  return {
    Resources: {
      // A message names the shard and the place in it, and nothing of the user.
      LedgerStreamFailures: {
        Type: "AWS::SQS::Queue",
        Properties: {
          QueueName: `${prefix}-ledger-stream-failures`,
          MessageRetentionPeriod: 1_209_600,
          SqsManagedSseEnabled: true,
        },
      },
      LedgerStreamFailuresAlarm: {
        Type: "AWS::CloudWatch::Alarm",
        Properties: {
          AlarmName: `${prefix}-ledgerStream-failures`,
          AlarmDescription:
            "A user was not marked in the legacy store, or a stale password was not ended; see the function's log",
          Namespace: "AWS/SQS",
          MetricName: "ApproximateNumberOfMessagesVisible",
          Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": ["LedgerStreamFailures", "QueueName"] } }],
          Statistic: "Maximum",
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 0,
          EvaluationPeriods: 1,
          Period: 300,
          TreatMissingData: "notBreaching",
          ...actions,
        },
      },
    },
  };
}

function settingsOf({ resolveVariable }) {
  return Promise.all([
    resolveVariable("param:config"),
    resolveVariable("self:custom.prefix"),
    resolveVariable("param:alarmTopic"),
  ]);
}

module.exports = { functions, resources };
