// Imports over HTTP, with the parameter imports: "on": the API that scripts call, its functions and roles, and the bucket
// of the files. What runs when a file is there is not here.
const { configFacts, told } = require("./config-facts.cjs");
const { importRoles } = require("./import-roles.cjs");
const { keyOf } = require("./vault-key.cjs");

/** The routes, by the name of their function. */
const routes = {
  createImport: "POST /imports",
  readImport: "GET /imports/{id}",
  importUsers: "POST /users/batch",
};

/**
 * @typedef {object} ImportSettings
 * @property {string} prefix
 * @property {unknown} vaultKey The ARN of the vault's key, which the files are encrypted with too.
 * @property {unknown} poolId The pool that users are made in; empty where all wait in the vault.
 * @property {unknown} poolArn
 * @property {boolean} joins Whether imported users get groups or identities.
 * @property {string} topic
 * @property {string} [erasureKey] The secret that users are erased under, and the ARN of its KMS key.
 * @property {string} [secretsKey]
 */

/**
 * The settings of a deployment with imports; undefined without.
 * @returns {Promise<ImportSettings | undefined>}
 */
async function importSettings({ resolveVariable }) {
  const [imports, config, prefix, pool, ownPool, ownKey, topic, secretsKey] = await Promise.all([
    resolveVariable("param:imports"),
    resolveVariable("param:config"),
    resolveVariable("self:custom.prefix"),
    resolveVariable("param:pool"),
    resolveVariable("param:userPool"),
    resolveVariable("param:vaultKey"),
    resolveVariable("param:alarmTopic"),
    resolveVariable("param:secretsKey"),
  ]);
  if (imports === "off") return undefined;
  if (imports !== "on") throw told(`--param "imports=${imports}": allowed are on and off`);
  const facts = await configFacts(config);
  const vaultKey = keyOf(facts, ownKey);
  if (vaultKey === undefined) {
    throw told(
      `--param "imports=on": the config has no vault, in which imported users wait. Set vault: { key: kmsKey("alias/samekey") }, ` +
        "or leave imports off",
    );
  }
  const settings = { prefix, vaultKey, joins: facts.joins, topic, erasureKey: facts.erasureKey, secretsKey };
  if (pool !== "existing") {
    return { ...settings, poolId: { Ref: "UserPool" }, poolArn: { "Fn::GetAtt": ["UserPool", "Arn"] } };
  }
  const [, poolId = ""] = /^arn:[^:]+:cognito-idp:.*:userpool\/(.+)$/.exec(ownPool) ?? [];
  if (ownPool && poolId === "") {
    throw told(`--param "userPool=${ownPool}": allowed is the ARN of a user pool, arn:aws:cognito-idp:…:userpool/…`);
  }
  return { ...settings, poolId, poolArn: ownPool };
}

/** @param {ImportSettings} settings */
function functionsOf({ prefix, vaultKey, poolId }) {
  const links = { SAMEKEY_IMPORT_BUCKET: { Ref: "ImportBucket" }, SAMEKEY_IMPORT_KEY: vaultKey };
  return {
    createImport: {
      name: `${prefix}-createImport`,
      description: "Begins an import of a file, and gives a link for it",
      handler: "functions/create-import.handler",
      role: "CreateImportRole",
      timeout: 10,
      environment: links,
    },
    readImport: {
      name: `${prefix}-readImport`,
      description: "Tells how far an import is",
      handler: "functions/read-import.handler",
      role: "ReadImportRole",
      timeout: 10,
      environment: links,
    },
    importUsers: {
      name: `${prefix}-importUsers`,
      description: "Imports up to 500 users of a request",
      handler: "functions/import-users.handler",
      role: "ImportUsersRole",
      // API Gateway waits no longer.
      timeout: 30,
      // One whole processor: a password in the clear that goes to the vault is hashed.
      memorySize: 1769,
      // Each environment makes five users a second in the pool, of the fifty that Cognito allows an account by default:
      // https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
      reservedConcurrency: 5,
      environment: { SAMEKEY_USER_POOL: poolId },
    },
  };
}

/** @param {ImportSettings} settings */
function resourcesOf(settings) {
  const { prefix, vaultKey, topic } = settings;
  return {
    Resources: {
      ...importRoles(settings),
      ...bucket(vaultKey),
      ...api(prefix),
      ...Object.fromEntries(Object.entries(routes).flatMap(([name, key]) => route(name, key))),
      ImportApiFaultsAlarm: alarm(prefix, topic),
    },
    Outputs: {
      ImportApiEndpoint: { Value: { "Fn::GetAtt": ["ImportApi", "ApiEndpoint"] } },
      ImportBucketName: { Value: { Ref: "ImportBucket" } },
    },
  };
}

// Its files have passwords: they are encrypted with the vault's key, and gone after a week.
function bucket(vaultKey) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is CloudFormation's
  const objects = { "Fn::Sub": "${ImportBucket.Arn}/*" };
  return {
    ImportBucket: {
      Type: "AWS::S3::Bucket",
      // One that has files cannot be deleted. They go by themselves.
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: vaultKey },
            },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        // No versions: what is deleted is gone.
        LifecycleConfiguration: {
          Rules: [
            {
              Id: "gone-after-a-week",
              Status: "Enabled",
              ExpirationInDays: 7,
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    },
    ImportBucketPolicy: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: { Ref: "ImportBucket" },
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [{ "Fn::GetAtt": ["ImportBucket", "Arn"] }, objects],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
    },
  };
}

// What is logged of a request: nothing that its caller wrote.
const logged = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  caller: "$context.identity.userArn",
  ip: "$context.identity.sourceIp",
  bytes: "$context.responseLength",
  ms: "$context.responseLatency",
  integrationMs: "$context.integrationLatency",
  error: "$context.error.responseType",
};

function api(prefix) {
  return {
    ImportApi: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: {
        Name: `${prefix}-imports`,
        Description: "Imports of users, for scripts with AWS credentials",
        ProtocolType: "HTTP",
      },
    },
    ImportApiLogs: {
      Type: "AWS::Logs::LogGroup",
      // The prefix keeps the logs' resource policy from growing:
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
      Properties: { LogGroupName: `/aws/vendedlogs/${prefix}-imports`, RetentionInDays: 30 },
    },
    ImportApiStage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: {
        ApiId: { Ref: "ImportApi" },
        StageName: "$default",
        AutoDeploy: true,
        AccessLogSettings: {
          DestinationArn: { "Fn::GetAtt": ["ImportApiLogs", "Arn"] },
          Format: JSON.stringify(logged),
        },
        // Above what importUsers can do at once; what is over it is 429, which the SDK repeats.
        DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 20 },
      },
    },
  };
}

function route(name, key) {
  const id = `${name[0].toUpperCase()}${name.slice(1)}`;
  const arn = { "Fn::GetAtt": [`${id}LambdaFunction`, "Arn"] };
  const place = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${ImportApi}`;
  return [
    [
      `${id}Integration`,
      {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "ImportApi" },
          IntegrationType: "AWS_PROXY",
          IntegrationUri: arn,
          PayloadFormatVersion: "2.0",
          TimeoutInMillis: 30_000,
        },
      },
    ],
    [
      `${id}Route`,
      {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "ImportApi" },
          RouteKey: key,
          AuthorizationType: "AWS_IAM",
          Target: { "Fn::Join": ["/", ["integrations", { Ref: `${id}Integration` }]] },
        },
      },
    ],
    [
      `${id}Permission`,
      {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: arn,
          Principal: "apigateway.amazonaws.com",
          SourceAccount: { Ref: "AWS::AccountId" },
          SourceArn: { "Fn::Sub": `${place}/*/${key.replace(" /", "/")}` },
        },
      },
    ],
  ];
}

function alarm(prefix, topic) {
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmName: `${prefix}-imports-faults`,
      AlarmDescription: "A request to the import API could not be answered; the function's log names the fault",
      Namespace: "AWS/ApiGateway",
      MetricName: "5xx",
      Dimensions: [{ Name: "ApiId", Value: { Ref: "ImportApi" } }],
      Statistic: "Sum",
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      EvaluationPeriods: 1,
      Period: 300,
      TreatMissingData: "notBreaching",
      ...(topic ? { AlarmActions: [topic], OKActions: [topic] } : {}),
    },
  };
}

async function functions(tools) {
  const settings = await importSettings(tools);
  return settings === undefined ? {} : functionsOf(settings);
}

async function resources(tools) {
  const settings = await importSettings(tools);
  return settings === undefined ? { Resources: {} } : resourcesOf(settings);
}

module.exports = { functions, resources, functionsOf, resourcesOf, importSettings, routes };
