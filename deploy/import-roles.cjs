// The roles of the functions behind the import API, and what every function that imports users needs.
const { role, useLedger, writeLogs, readSecrets } = require("./roles.cjs");

/** @param {import("./imports.cjs").ImportSettings} settings */
function importRoles({ prefix, vaultKey, poolId, poolArn, joins, erasureKey, secretsKey }) {
  const roleOf = (name, statements) => role(`${prefix}-${name}`, [writeLogs(`${prefix}-${name}`), ...statements]);
  return {
    CreateImportRole: roleOf("createImport", [
      useLedger("PutItem", ["import"], { alone: true }),
      // The link is signed by the function, and S3 holds whoever uses it to this role.
      allow(["s3:PutObject"], objectsOf("uploads")),
      useFiles("kms:GenerateDataKey", vaultKey),
    ]),
    ReadImportRole: roleOf("readImport", [
      useLedger("GetItem", ["import"]),
      allow(["s3:GetObject"], objectsOf("refused")),
      useFiles("kms:Decrypt", vaultKey),
    ]),
    ImportUsersRole: roleOf("importUsers", [
      useLedger("PutItem", ["batch"], { alone: true }),
      ...importing({ vaultKey, poolId, poolArn, joins, erasureKey, secretsKey }),
    ]),
  };
}

/** What an import of users calls: the ledger, the vault's key, and the pool where there is one. */
function importing({ vaultKey, poolId, poolArn, joins, erasureKey, secretsKey }) {
  return [
    useLedger("BatchGetItem", ["user"]),
    useLedger("GetItem", ["vault", "totp"]),
    useLedger("PutItem", ["user", "identifier", "legacy", "platform", "audit", "vault", "totp"]),
    useLedger("DeleteItem", ["identifier", "legacy", "vault"]),
    useLedger("UpdateItem", ["count"]),
    // No import brings an erased user back: the write holds to his tombstones.
    ...(erasureKey
      ? [useLedger("ConditionCheckItem", ["erased"]), ...readSecrets([erasureKey], secretsKey ?? "")]
      : []),
    {
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: vaultKey,
      // lib/ledger/data-keys.ts: keys are made and opened for this table alone.
      Condition: { StringEquals: { "kms:EncryptionContext:samekey-table": { Ref: "Ledger" } } },
    },
    ...(poolId === "" ? [] : [allow([...poolCalls, ...(joins ? joinCalls : [])], poolArn)]),
  ];
}

// lib/targets/cognito.ts and lib/wiring/pool.ts.
const poolCalls = [
  "cognito-idp:DescribeUserPool",
  "cognito-idp:AdminCreateUser",
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminSetUserPassword",
  "cognito-idp:AdminDisableUser",
  "cognito-idp:AdminDeleteUser",
];
const joinCalls = [
  "cognito-idp:AdminAddUserToGroup",
  "cognito-idp:AdminLinkProviderForUser",
  "cognito-idp:CreateGroup",
];

/** The bucket's files are encrypted with the vault's key, by S3 and nobody else. */
function useFiles(action, vaultKey) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
  const via = { "Fn::Sub": "s3.${AWS::Region}.${AWS::URLSuffix}" };
  return {
    Effect: "Allow",
    Action: [action],
    Resource: vaultKey,
    Condition: { StringEquals: { "kms:ViaService": via } },
  };
}

function objectsOf(folder) {
  return { "Fn::Sub": `\${ImportBucket.Arn}/${folder}/*` };
}

function allow(Action, Resource) {
  return { Effect: "Allow", Action, Resource };
}

module.exports = { importRoles, importing, useFiles, objectsOf };
