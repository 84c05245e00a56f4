// A role for each function: the calls that it makes, on the items that it touches, and nothing else.
const { configFacts, told } = require("./config-facts.cjs");
const { keyOf } = require("./vault-key.cjs");
const { list } = require("./vpc.cjs");

const joinCalls = [
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminAddUserToGroup",
  "cognito-idp:AdminLinkProviderForUser",
  "cognito-idp:CreateGroup",
];

/** @typedef {"user" | "identifier" | "legacy" | "platform" | "count" | "audit" | "shadow" | "vault" | "totp" | "import" | "batch" | "erased" | "erasing" | "attempt" | "circuit"} Kind The prefixes of lib/ledger/keys.ts. */

/**
 * What each function does with the ledger, by kind of item. Writes are parts of one transaction: they are authorised as
 * PutItem, UpdateItem and DeleteItem.
 * @param {import("./config-facts.cjs").ConfigFacts} facts
 * @returns {Record<string, { asksSource: boolean, ledger: Record<string, readonly Kind[]>, counts?: readonly Kind[] }>}
 *   `counts`: what it writes by itself, in no transaction: attempts.
 */
function functionNeeds(facts) {
  // The sign-in checks what the vault has, and the proof takes it out; imports put it in, and no function does.
  const vault = facts.vaultKey === "" ? [] : ["vault"];
  // Whoever was erased is found by a tombstone, in the same read, and the write holds to it.
  const stones = facts.erasureKey ? ["erased"] : [];
  const guarded = stones.length === 0 ? {} : { ConditionCheckItem: stones };
  const completion = {
    GetItem: ["user", "platform", "legacy"],
    BatchGetItem: ["platform", "legacy"],
    PutItem: ["user", "platform", "audit"],
    ...(vault.length === 0 ? {} : { DeleteItem: vault }),
    UpdateItem: ["count"],
  };
  const linking = {
    PutItem: ["user", "identifier", "legacy", "platform", "audit"],
    DeleteItem: ["identifier", "legacy", "platform"],
    UpdateItem: ["count"],
    ...guarded,
  };
  const migrating = {
    ...guarded,
    PutItem: ["user", "identifier", "legacy", "audit"],
    DeleteItem: ["identifier", "legacy"],
    UpdateItem: ["count"],
  };
  // A shadow run moves nobody, and its role could not.
  const shadowing = { PutItem: ["shadow"], UpdateItem: ["shadow"] };
  return {
    userMigration: {
      asksSource: true,
      ledger: {
        GetItem: ["user", "identifier", ...vault],
        ...(stones.length === 0 ? {} : { BatchGetItem: ["identifier", ...stones] }),
        ...(facts.mode === "shadow" ? shadowing : migrating),
      },
      // Nothing is to be learned from a shadow run's answers, so that it counts none.
      ...(facts.throttles && facts.mode === "migrate"
        ? { counts: ["attempt", ...(facts.hasCircuit ? ["circuit"] : [])] }
        : {}),
    },
    preAuthentication: {
      asksSource: facts.gateAsks,
      ledger: {
        GetItem: ["user", "platform", "legacy", "identifier"],
        BatchGetItem: ["platform", "legacy", "identifier", ...stones],
        // A change in the legacy store is written down where it is noticed.
        ...(facts.gateAsks && facts.drift !== "none" ? { PutItem: ["user", "audit"] } : {}),
      },
    },
    postAuthentication: { asksSource: false, ledger: completion },
    postConfirmation: { asksSource: false, ledger: completion },
    preSignUp: {
      asksSource: true,
      // Only a linked federated user is written down by the sign-up guard.
      ledger: {
        GetItem: ["user", "identifier"],
        ...(stones.length === 0 ? {} : { BatchGetItem: ["identifier", ...stones] }),
        ...(facts.federated === "link" ? linking : {}),
      },
      ...(facts.throttles ? { counts: ["attempt"] } : {}),
    },
    ...(facts.hasStreamWork
      ? {
          ledgerStream: {
            asksSource: true,
            ledger:
              facts.drift === "reset" || facts.joins ? { GetItem: ["user", "legacy"], PutItem: ["user", "audit"] } : {},
          },
        }
      : {}),
  };
}

/**
 * What the config asks besides a database: ARNs, by the setting that names them.
 * @typedef {{ functions: readonly string[], userPools: readonly string[], tables: readonly string[], roles: readonly string[] }} Asked
 */

/**
 * The roles of a deployment.
 * @param {import("./config-facts.cjs").ConfigFacts} facts
 * @param {{ prefix: string, secrets: readonly string[], secretsKey: string, asks: Asked, inVpc: boolean, userPool: unknown, vaultKey: unknown }} settings
 *   `userPool` is the ARN of the pool whose passwords a drift ends, `vaultKey` that of the key that the vault is sealed with.
 */
function rolesOf(facts, { prefix, secrets, secretsKey, asks, inVpc, userPool, vaultKey }) {
  const roles = Object.entries(functionNeeds(facts)).map(([name, { asksSource, ledger, counts = [] }]) => {
    const functionName = `${prefix}-${name}`;
    const statements = [
      writeLogs(functionName),
      ...Object.entries(ledger).map(([call, kinds]) => useLedger(call, kinds)),
      ...(counts.length === 0 ? [] : [useLedger("PutItem", counts, { alone: true })]),
      ...(asksSource ? [...readSecrets(secrets, secretsKey), ...ask(asks)] : []),
      // The gate asks no store by default, and needs this one secret.
      ...(name === "preAuthentication" && !asksSource && facts.erasureKey
        ? readSecrets([facts.erasureKey], secretsKey)
        : []),
      ...(name === "userMigration" && facts.vaultKey !== "" ? [openVault(vaultKey)] : []),
      ...(asksSource && inVpc ? attachToVpc(functionName) : []),
      ...(name === "ledgerStream" ? followStream(poolCalls(facts), userPool) : []),
      ...(name === "ledgerStream" && facts.marks ? mark(asks) : []),
    ];
    return [`${name[0].toUpperCase()}${name.slice(1)}Role`, role(functionName, statements)];
  });
  return { Resources: Object.fromEntries(roles) };
}

async function resources({ resolveVariable }) {
  const [config, prefix, pool, ownPool, ownKey, secrets, secretsKey, functions, userPools, tables, roles, subnets] =
    await Promise.all([
      resolveVariable("param:config"),
      resolveVariable("self:custom.prefix"),
      resolveVariable("param:pool"),
      resolveVariable("param:userPool"),
      resolveVariable("param:vaultKey"),
      list(resolveVariable, "secrets"),
      resolveVariable("param:secretsKey"),
      list(resolveVariable, "askedFunctions"),
      list(resolveVariable, "askedUserPools"),
      list(resolveVariable, "askedTables"),
      list(resolveVariable, "askedRoles"),
      list(resolveVariable, "vpcSubnets"),
    ]);
  const asks = { functions, userPools, tables, roles };
  const facts = await configFacts(config);
  if (pool === "existing" && !ownPool && poolCalls(facts).length > 0) {
    const what =
      facts.drift === "reset" ? 'drift: { rule: "reset" } ends passwords' : "imports gives groups and identities";
    throw told(`${what} in your pool: give its ARN, --param "userPool=arn:…"`);
  }
  const userPool = pool === "existing" ? ownPool : { "Fn::GetAtt": ["UserPool", "Arn"] };
  const vaultKey = keyOf(facts, ownKey);
  return rolesOf(facts, { prefix, secrets, secretsKey, asks, inVpc: subnets.length > 0, userPool, vaultKey });
}

// With what import-run.cjs makes its roles of.
module.exports = Object.assign(resources, {
  rolesOf,
  role,
  writeLogs,
  useLedger,
  ledgerItems,
  openVault,
  readSecrets,
  poolJoins: joinCalls,
});

function role(functionName, Statement) {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      Description: `The calls that ${functionName} makes`,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
      Policies: [{ PolicyName: "calls", PolicyDocument: { Version: "2012-10-17", Statement } }],
    },
  };
}

// The log group itself is the stack's: no function may create one.
function writeLogs(functionName) {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: {
      "Fn::Sub": `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${functionName}:*`,
    },
  };
}

const writes = ["PutItem", "UpdateItem", "DeleteItem"];

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
/** @param {{ alone?: boolean }} how `alone`: a write that is no part of a transaction. */
function useLedger(call, kinds, { alone = false } = {}) {
  return {
    Effect: "Allow",
    Action: [`dynamodb:${call}`],
    Resource: { "Fn::GetAtt": ["Ledger", "Arn"] },
    Condition: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": kinds.map((kind) => `${kind}#*`) },
      ...(writes.includes(call) && !alone
        ? { "ForAnyValue:StringEquals": { "dynamodb:EnclosingOperation": ["TransactWriteItems"] } }
        : {}),
    },
  };
}

/** Reads and writes items of a kind that no transaction has. */
function ledgerItems(kind) {
  return ["GetItem", "PutItem"].map((call) => ({
    Effect: "Allow",
    Action: [`dynamodb:${call}`],
    Resource: { "Fn::GetAtt": ["Ledger", "Arn"] },
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${kind}#*`] } },
  }));
}

// Secrets Manager adds six random characters to a name in its ARN.
function readSecrets(secrets, key) {
  const arns = secrets.map((one) =>
    one.startsWith("arn:")
      ? one
      : {
          "Fn::Sub": `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${one}-??????`,
        },
  );
  const read =
    arns.length === 0 ? [] : [{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: arns }];
  if (!key) return read;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
  const via = { "Fn::Sub": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}" };
  const decrypt = {
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: key,
    Condition: { StringEquals: { "kms:ViaService": via } },
  };
  return [...read, decrypt];
}

// The context is lib/ledger/data-keys.ts's: the key opens what was sealed for this table alone.
function openVault(key, Action = ["kms:Decrypt"]) {
  return {
    Effect: "Allow",
    Action,
    Resource: key,
    Condition: { StringEquals: { "kms:EncryptionContext:samekey-table": { Ref: "Ledger" } } },
  };
}

// Legacy stores and password checks that are other functions, user pools or tables. The triggers find users and change
// none: no Scan and no write.
function ask({ functions, userPools, tables, roles }) {
  const calls = [
    [["lambda:InvokeFunction"], functions],
    [["cognito-idp:AdminGetUser", "cognito-idp:AdminInitiateAuth", "cognito-idp:ListUsers"], userPools],
    [["dynamodb:GetItem"], tables],
    [["dynamodb:Query"], tables.flatMap((table) => [table, `${table}/index/*`])],
    [["sts:AssumeRole"], roles],
  ];
  return calls
    .filter(([, Resource]) => Resource.length > 0)
    .map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource }));
}

// Where the legacy store is a table or a pool, noting who has moved is a call to AWS.
function mark({ tables, userPools }) {
  const calls = [
    [["dynamodb:UpdateItem"], tables],
    [["cognito-idp:AdminUpdateUserAttributes"], userPools],
  ];
  return calls
    .filter(([, Resource]) => Resource.length > 0)
    .map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource }));
}

/** What the function on the stream does to the pool's users. */
function poolCalls(facts) {
  return [
    ...(facts.drift === "reset" ? ["cognito-idp:AdminResetUserPassword", "cognito-idp:AdminUserGlobalSignOut"] : []),
    ...(facts.joins ? joinCalls : []),
  ];
}

// The stream is read and its failures are queued by Lambda, with the function's role.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
function followStream(calls, userPool) {
  const allow = (Action, Resource) => ({ Effect: "Allow", Action, Resource });
  return [
    allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], {
      "Fn::GetAtt": ["Ledger", "StreamArn"],
    }),
    allow(["dynamodb:ListStreams"], "*"),
    allow(["sqs:SendMessage"], { "Fn::GetAtt": ["LedgerStreamFailures", "Arn"] }),
    ...(calls.length === 0 ? [] : [allow(calls, userPool)]),
  ];
}

// Lambda attaches the function to its subnets with the function's own role; the function itself is kept from it:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice-security
function attachToVpc(functionName) {
  const Action = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ];
  const self = {
    "Fn::Sub": `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${functionName}`,
  };
  return [
    { Effect: "Allow", Action, Resource: "*" },
    { Effect: "Deny", Action, Resource: "*", Condition: { ArnEquals: { "lambda:SourceFunctionArn": self } } },
  ];
}
