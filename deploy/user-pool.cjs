// The user pool that the stack makes, and its triggers. With pool: existing there is nothing here: `npm run samekey --
// wire` gives the triggers to the pool that is there. The pool knows the functions; no function knows the pool, since
// that would be a circle that CloudFormation refuses.
const { configFacts, told } = require("./config-facts.cjs");

const triggers = ["UserMigration", "PreAuthentication", "PostAuthentication", "PostConfirmation", "PreSignUp"];

const names = {
  email: { UsernameAttributes: ["email"] },
  phone: { UsernameAttributes: ["phone_number"] },
  username: {},
  alias: { AliasAttributes: ["email", "phone_number", "preferred_username"] },
};

// All standard attributes that a person may change. `custom:legacy_id` is not among them, and must never be.
const writable = [
  "address",
  "birthdate",
  "email",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
];

module.exports = async ({ resolveVariable }) => {
  const [kind, config, prefix] = await Promise.all([
    resolveVariable("param:pool"),
    resolveVariable("param:config"),
    resolveVariable("self:custom.prefix"),
  ]);
  if (kind === "existing") return { Resources: {} };
  if (kind !== "new") throw told(`--param "pool=${kind}": allowed are new and existing`);
  const facts = await configFacts(config);
  return {
    Resources: {
      UserPool: userPool(prefix, facts),
      UserPoolClient: userPoolClient(prefix),
      UserPoolSmsRole: smsRole(prefix),
      ...Object.fromEntries(triggers.map((trigger) => [`${trigger}Permission`, permission(trigger)])),
    },
    Outputs: {
      UserPoolId: { Value: { Ref: "UserPool" } },
      UserPoolClientId: { Value: { Ref: "UserPoolClient" } },
    },
  };
};

function userPool(prefix, { userNames, usernameCase }) {
  return {
    Type: "AWS::Cognito::UserPool",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      UserPoolName: prefix,
      DeletionProtection: "ACTIVE",
      ...names[userNames],
      UsernameConfiguration: { CaseSensitive: usernameCase === "sensitive" },
      Schema: [
        {
          // Written once, by the migration. An attribute of a pool can never be removed again.
          Name: "legacy_id",
          AttributeDataType: "String",
          Mutable: false,
          Required: false,
          StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
        },
      ],
      LambdaConfig: Object.fromEntries(triggers.map((trigger) => [trigger, arnOf(trigger)])),
      AutoVerifiedAttributes: ["email", "phone_number"],
      // Without this anyone could take a legacy user's address by a change of profile, and no trigger could stop it.
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email", "phone_number"] },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
      SmsConfiguration: {
        SnsCallerArn: { "Fn::GetAtt": ["UserPoolSmsRole", "Arn"] },
        ExternalId: `${prefix}-sms`,
      },
      // For new passwords only: Cognito does not hold a migrated one against the policy.
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: false,
          RequireNumbers: false,
          RequireSymbols: false,
          RequireUppercase: false,
          TemporaryPasswordValidityDays: 7,
        },
      },
    },
  };
}

function userPoolClient(prefix) {
  return {
    Type: "AWS::Cognito::UserPoolClient",
    Properties: {
      ClientName: prefix,
      UserPoolId: { Ref: "UserPool" },
      GenerateSecret: false,
      // The migration needs the password itself, which SRP never sends. SRP is for users who have moved.
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
      EnableTokenRevocation: true,
      WriteAttributes: writable,
    },
  };
}

// Cognito verifies phone numbers by SMS. The pool's own id would make a circle, so all pools of the account are named.
function smsRole(prefix) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
  const pools = { "Fn::Sub": "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/*" };
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      Description: `The user pool ${prefix} sends codes by SMS`,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "cognito-idp.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: {
              StringEquals: { "sts:ExternalId": `${prefix}-sms`, "aws:SourceAccount": { Ref: "AWS::AccountId" } },
              ArnLike: { "aws:SourceArn": pools },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyName: "send-sms",
          PolicyDocument: {
            Version: "2012-10-17",
            // A phone number has no ARN. What has one, a topic, is left out.
            Statement: [{ Effect: "Allow", Action: ["sns:Publish"], NotResource: "arn:*:sns:*:*:*" }],
          },
        },
      ],
    },
  };
}

function permission(trigger) {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: arnOf(trigger),
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: { "Fn::GetAtt": ["UserPool", "Arn"] },
      SourceAccount: { Ref: "AWS::AccountId" },
    },
  };
}

function arnOf(trigger) {
  return { "Fn::GetAtt": [`${trigger}LambdaFunction`, "Arn"] };
}
