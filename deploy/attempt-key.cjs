// The key of the attempts' digests: made once by the stack, read by no function. CloudFormation puts it into the environment
// of those that count attempts, so that a cold start asks nobody for it, and the ledger's table does not have it.
const { configFacts } = require("./config-facts.cjs");

const local = "local";

async function resources({ resolveVariable }) {
  const [config, prefix] = await Promise.all([resolveVariable("param:config"), resolveVariable("self:custom.prefix")]);
  if (!(await configFacts(config)).throttles) return { Resources: {} };
  return {
    Resources: {
      AttemptKey: {
        Type: "AWS::SecretsManager::Secret",
        Properties: {
          Description: `Keys the digests by which ${prefix} counts attempts`,
          GenerateSecretString: { PasswordLength: 43, ExcludePunctuation: true },
        },
      },
    },
  };
}

/** The environment of a function that counts attempts. */
async function environment({ resolveVariable }) {
  const [config, stage] = await Promise.all([resolveVariable("param:config"), resolveVariable("sls:stage")]);
  // `invoke local` resolves nothing of CloudFormation; without the key a process takes one of its own.
  if (stage === local || !(await configFacts(config)).throttles) return {};
  return { SAMEKEY_ATTEMPT_KEY: { "Fn::Join": ["", ["{{resolve:secretsmanager:", { Ref: "AttemptKey" }, "}}"]] } };
}

module.exports = { resources, environment };
