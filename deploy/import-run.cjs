// An import past one machine: what S3 tells of an upload starts a state machine (import-run.asl.json), which has the file
// split, its batches imported side by side, and the sum made. It is there with the parameter imports: "on" alone.
const { configFacts, told } = require("./config-facts.cjs");
const definition = require("./import-run.asl.json");
const { importSettings } = require("./imports.cjs");
const { keyOf } = require("./vault-key.cjs");
const { ledgerItems, openVault, poolJoins, readSecrets, role, useLedger, writeLogs } = require("./roles.cjs");

const bucket = { "Fn::GetAtt": ["ImportBucket", "Arn"] };
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
const objects = (prefix) => ({ "Fn::Sub": `\${ImportBucket.Arn}/${prefix}/*` });
const viaS3 = { "Fn::Sub": "s3.${AWS::Region}.${AWS::URLSuffix}" };
const account = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}";
const poolArn = { "Fn::GetAtt": ["UserPool", "Arn"] };
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's

/**
 * @typedef {object} RunSettings
 * @property {string} prefix
 * @property {number} concurrency Batches at one time.
 * @property {number} perSecond Users that one of them makes in the pool in a second.
 * @property {string} ownPool The ARN of the adopter's pool; empty where users wait in the vault alone.
 * @property {"new" | "existing"} pool
 * @property {string} ownKey The parameter vaultKey.
 * @property {string} [secretsKey]
 * @property {string} topic
 */

/** @param {RunSettings} settings */
function functionsOf({ prefix, concurrency, perSecond, pool, ownPool }) {
  const environment = { SAMEKEY_IMPORT_BUCKET: { Ref: "ImportBucket" } };
  return {
    splitImport: {
      name: `${prefix}-splitImport`,
      description: "Splits an uploaded file of users into batches",
      handler: "functions/split-import.handler",
      role: "SplitImportRole",
      // One whole processor reads; fifteen minutes is Lambda's limit.
      memorySize: 1769,
      timeout: 900,
      // Duplicates are found on disk, some 60 bytes a user: the most that there is.
      ephemeralStorageSize: 10_240,
      environment,
    },
    importBatch: {
      name: `${prefix}-importBatch`,
      description: "Imports one batch of users",
      handler: "functions/import-batch.handler",
      role: "ImportBatchRole",
      // One whole processor hashes passwords.
      memorySize: 1769,
      timeout: 300,
      // Whatever starts batches, no more of them than this write to the pool and the ledger.
      reservedConcurrency: concurrency,
      environment: {
        ...environment,
        SAMEKEY_USER_POOL: pool === "new" ? { Ref: "UserPool" } : (ownPool.split("/")[1] ?? ""),
        SAMEKEY_IMPORTS_PER_SECOND: String(perSecond),
      },
    },
    finishImport: {
      name: `${prefix}-finishImport`,
      description: "Ends an import: its sum, what was refused, and nothing left behind",
      handler: "functions/finish-import.handler",
      role: "FinishImportRole",
      memorySize: 1769,
      timeout: 900,
      environment,
    },
  };
}

/**
 * @param {import("./config-facts.cjs").ConfigFacts} facts
 * @param {RunSettings} settings
 */
function resourcesOf(facts, settings) {
  const { prefix, concurrency, pool, ownPool, ownKey, topic, secretsKey = "" } = settings;
  const key = keyOf(facts, ownKey);
  const userPool = pool === "new" ? poolArn : ownPool;
  const name = `${prefix}-import-run`;
  const actions = topic ? { AlarmActions: [topic], OKActions: [topic] } : {};
  return {
    Resources: {
      SplitImportRole: role(`${prefix}-splitImport`, [
        writeLogs(`${prefix}-splitImport`),
        ...ledgerItems("import"),
        // What it found of duplicates is read again by its next call; a call that is repeated may have fewer batches.
        ...useObjects(key, { read: ["uploads", "work"], write: ["work"] }),
        allow(["s3:AbortMultipartUpload", "s3:DeleteObject"], objects("work")),
      ]),
      ImportBatchRole: role(`${prefix}-importBatch`, [
        writeLogs(`${prefix}-importBatch`),
        ...Object.entries(batchCalls).map(([call, kinds]) => useLedger(call, kinds)),
        ...holdErased(facts, secretsKey),
        openVault(key, ["kms:Decrypt", "kms:GenerateDataKey"]),
        ...useObjects(key, { read: ["work", "results"], write: ["results"] }),
        ...(userPool ? [allow([...new Set([...placingCalls, ...(facts.joins ? poolJoins : [])])], userPool)] : []),
      ]),
      FinishImportRole: role(`${prefix}-finishImport`, [
        writeLogs(`${prefix}-finishImport`),
        ...ledgerItems("import"),
        ...useObjects(key, { read: ["work", "results"], write: ["refused"] }),
        allow(["s3:AbortMultipartUpload"], objects("refused")),
        allow(["s3:DeleteObject"], ["work", "results", "uploads"].map(objects)),
      ]),
      ImportRun: {
        Type: "AWS::StepFunctions::StateMachine",
        Properties: {
          StateMachineName: name,
          StateMachineType: "STANDARD",
          RoleArn: { "Fn::GetAtt": ["ImportRunRole", "Arn"] },
          Definition: withConcurrency(concurrency),
          DefinitionSubstitutions: {
            SplitImport: { "Fn::GetAtt": ["SplitImportLambdaFunction", "Arn"] },
            ImportBatch: { "Fn::GetAtt": ["ImportBatchLambdaFunction", "Arn"] },
            FinishImport: { "Fn::GetAtt": ["FinishImportLambdaFunction", "Arn"] },
          },
          // An execution's data names the import and its objects, and no user; it is not logged all the same.
          LoggingConfiguration: {
            Level: "ERROR",
            IncludeExecutionData: false,
            Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { "Fn::GetAtt": ["ImportRunLogGroup", "Arn"] } } }],
          },
          TracingConfiguration: { Enabled: false },
        },
      },
      ImportRunLogGroup: {
        Type: "AWS::Logs::LogGroup",
        // Under this name the policy of the log groups does not grow with each state machine.
        Properties: { LogGroupName: `/aws/vendedlogs/states/${name}`, RetentionInDays: 30 },
      },
      ImportRunRole: roleFor("states.amazonaws.com", `Runs ${name}`, runCalls(name, key)),
      ImportUploadRule: {
        Type: "AWS::Events::Rule",
        Properties: {
          Description: `Starts ${name} when a file has been uploaded`,
          EventPattern: {
            source: ["aws.s3"],
            "detail-type": ["Object Created"],
            detail: { bucket: { name: [{ Ref: "ImportBucket" }] }, object: { key: [{ prefix: "uploads/" }] } },
          },
          Targets: [
            {
              Id: "import-run",
              Arn: { Ref: "ImportRun" },
              RoleArn: { "Fn::GetAtt": ["ImportUploadRole", "Arn"] },
            },
          ],
        },
      },
      ImportUploadRole: roleFor("events.amazonaws.com", `Starts ${name}`, [
        allow(["states:StartExecution"], { Ref: "ImportRun" }),
      ]),
      ImportRunAlarm: {
        Type: "AWS::CloudWatch::Alarm",
        Properties: {
          AlarmName: `${name}-failed`,
          AlarmDescription: "An import failed; its item and the execution say why",
          Namespace: "AWS/States",
          MetricName: "ExecutionsFailed",
          Dimensions: [{ Name: "StateMachineArn", Value: { Ref: "ImportRun" } }],
          Statistic: "Sum",
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

// What lib/core/import-user.ts does with the ledger: rows read for many at once, one transaction a user, and what is
// there already looked at for whether it is just so.
const batchCalls = {
  BatchGetItem: ["user"],
  GetItem: ["vault", "totp"],
  PutItem: ["user", "identifier", "legacy", "platform", "audit", "vault", "totp"],
  DeleteItem: ["identifier", "legacy", "platform", "vault"],
  UpdateItem: ["count"],
};

/** No import brings an erased user back: the write holds to his tombstones. */
function holdErased({ erasureKey }, secretsKey) {
  if (!erasureKey) return [];
  return [useLedger("ConditionCheckItem", ["erased"]), ...readSecrets([erasureKey], secretsKey)];
}

// lib/targets/cognito.ts places a user; lib/wiring/pool.ts reads the pool's rules.
const placingCalls = [
  "cognito-idp:AdminCreateUser",
  "cognito-idp:AdminDeleteUser",
  "cognito-idp:AdminDisableUser",
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminSetUserPassword",
  "cognito-idp:DescribeUserPool",
];

function allow(Action, Resource) {
  return { Effect: "Allow", Action, Resource };
}

/** Reads and writes in these parts of the bucket, with the bucket's key. */
function useObjects(key, { read, write }) {
  return [
    allow(["s3:GetObject"], read.map(objects)),
    allow(["s3:PutObject"], write.map(objects)),
    // Without it S3 answers for an object that is not there as for one that may not be read.
    allow(["s3:ListBucket"], bucket),
    useBucketKey(key),
  ];
}

function useBucketKey(key) {
  return {
    ...allow(["kms:Decrypt", "kms:GenerateDataKey"], key),
    Condition: { StringEquals: { "kms:ViaService": viaS3 } },
  };
}

// https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
function runCalls(name, key) {
  const functions = ["SplitImport", "ImportBatch", "FinishImport"];
  return [
    allow(
      ["lambda:InvokeFunction"],
      functions.map((one) => ({ "Fn::GetAtt": [`${one}LambdaFunction`, "Arn"] })),
    ),
    // Each batch is an execution of the same machine: named by its name, since it cannot refer to itself.
    allow(["states:StartExecution"], { "Fn::Sub": `${account}:stateMachine:${name}` }),
    allow(["states:DescribeExecution", "states:StopExecution"], { "Fn::Sub": `${account}:execution:${name}/*` }),
    { ...allow(["s3:ListBucket"], bucket), Condition: { StringLike: { "s3:prefix": ["work/*", "results/*"] } } },
    // What the map itself writes of its batches.
    allow(
      ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
      objects("results"),
    ),
    useBucketKey(key),
    // Log deliveries have no ARN.
    allow(
      [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
      "*",
    ),
  ];
}

function roleFor(Service, Description, Statement) {
  const Condition = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      Description,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole", Condition }],
      },
      Policies: [{ PolicyName: "calls", PolicyDocument: { Version: "2012-10-17", Statement } }],
    },
  };
}

/** The machine of this deployment. */
function withConcurrency(MaxConcurrency) {
  const { States, ...rest } = definition;
  return { ...rest, States: { ...States, Import: { ...States.Import, MaxConcurrency } } };
}

/** @returns {Promise<{ facts: import("./config-facts.cjs").ConfigFacts, settings: RunSettings } | undefined>} undefined where imports are off. */
async function settingsOf(tools) {
  const base = await importSettings(tools);
  if (base === undefined) return undefined;
  const { resolveVariable } = tools;
  const [config, pool, ownPool, ownKey, secretsKey, concurrency, perSecond] = await Promise.all([
    resolveVariable("param:config"),
    resolveVariable("param:pool"),
    resolveVariable("param:userPool"),
    resolveVariable("param:vaultKey"),
    resolveVariable("param:secretsKey"),
    resolveVariable("param:importConcurrency"),
    resolveVariable("param:importsPerSecond"),
  ]);
  const settings = {
    prefix: base.prefix,
    topic: base.topic,
    pool,
    ownPool,
    ownKey,
    secretsKey,
    concurrency: whole("importConcurrency", concurrency),
    perSecond: whole("importsPerSecond", perSecond),
  };
  return { facts: await configFacts(config), settings };
}

function whole(name, given) {
  const number = Number(given);
  if (Number.isInteger(number) && number >= 1 && number <= 100) return number;
  throw told(`--param "${name}=${given}": allowed are whole numbers from 1 to 100`);
}

async function functions(tools) {
  const found = await settingsOf(tools);
  return found === undefined ? {} : functionsOf(found.settings);
}

async function resources(tools) {
  const found = await settingsOf(tools);
  return found === undefined ? { Resources: {} } : resourcesOf(found.facts, found.settings);
}

module.exports = { functions, resources, functionsOf, resourcesOf };
