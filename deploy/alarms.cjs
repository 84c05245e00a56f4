// Two alarms a function: any error, and answers that come near the end of the time that Cognito waits. One of the circuit.
const { configFacts } = require("./config-facts.cjs");

// lib/app.ts ends the work of a trigger at 4,000 ms and that of the bookkeeping at 2,000 ms; Cognito gives up at 5,000.
const slowMs = {
  userMigration: 3500,
  preSignUp: 3500,
  preAuthentication: 3500,
  postAuthentication: 1750,
  postConfirmation: 1750,
};

module.exports = async ({ resolveVariable }) => {
  const [prefix, topic, config] = await Promise.all([
    resolveVariable("self:custom.prefix"),
    resolveVariable("param:alarmTopic"),
    resolveVariable("param:config"),
  ]);
  const actions = topic ? { AlarmActions: [topic], OKActions: [topic] } : {};
  const alarm = (name, what, properties) => ({
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmName: `${prefix}-${name}-${what}`,
      Namespace: "AWS/Lambda",
      Dimensions: [{ Name: "FunctionName", Value: `${prefix}-${name}` }],
      Period: 300,
      TreatMissingData: "notBreaching",
      ...properties,
      ...actions,
    },
  });
  const alarms = Object.entries(slowMs).flatMap(([name, ms]) => {
    const id = `${name[0].toUpperCase()}${name.slice(1)}`;
    return [
      [
        `${id}ErrorsAlarm`,
        alarm(name, "errors", {
          AlarmDescription: "A sign-in was stopped or its bookkeeping was lost; the function's log names the fault",
          MetricName: "Errors",
          Statistic: "Sum",
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 0,
          EvaluationPeriods: 1,
        }),
      ],
      [
        `${id}SlowAlarm`,
        alarm(name, "slow", {
          AlarmDescription: `The slowest hundredth takes more than ${ms} ms: near the limit, where sign-ins fail`,
          MetricName: "Duration",
          ExtendedStatistic: "p99",
          Unit: "Milliseconds",
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: ms,
          EvaluationPeriods: 3,
          DatapointsToAlarm: 2,
        }),
      ],
    ];
  });
  const circuit = (await configFacts(config)).hasCircuit ? circuitAlarm(prefix, actions) : {};
  return { Resources: { ...Object.fromEntries(alarms), ...circuit } };
};

/** The line is tellOpenCircuit's, in lib/aws/log.ts. */
function circuitAlarm(prefix, actions) {
  const metric = { MetricName: "CircuitOpen", Namespace: `Samekey/${prefix}` };
  return {
    CircuitOpenMetric: {
      Type: "AWS::Logs::MetricFilter",
      Properties: {
        LogGroupName: { Ref: "UserMigrationLogGroup" },
        FilterPattern: '{ $.circuit = "open" }',
        MetricTransformations: [{ MetricName: metric.MetricName, MetricNamespace: metric.Namespace, MetricValue: "1" }],
      },
    },
    CircuitOpenAlarm: {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        AlarmName: `${prefix}-circuit-open`,
        AlarmDescription:
          "So many sign-ins failed that the legacy store is asked for known users alone: passwords are being tried",
        ...metric,
        Statistic: "Sum",
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 0,
        Period: 60,
        EvaluationPeriods: 1,
        TreatMissingData: "notBreaching",
        ...actions,
      },
    },
  };
}
