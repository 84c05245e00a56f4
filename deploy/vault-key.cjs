// The KMS key that the vault is sealed with: made here where the config names it by an alias and it is not there yet.
const { configFacts, told } = require("./config-facts.cjs");

/**
 * The key's ARN; undefined without a vault.
 * @param {import("./config-facts.cjs").ConfigFacts} facts
 * @param {string} ownKey The parameter vaultKey.
 */
function keyOf({ vaultKey }, ownKey) {
  if (vaultKey === "") return undefined;
  if (vaultKey.startsWith("arn:")) {
    if (ownKey && ownKey !== vaultKey) {
      throw told(`--param "vaultKey=${ownKey}": the config's vault names another key, ${vaultKey}`);
    }
    return vaultKey;
  }
  if (ownKey && !/^arn:[^:]+:kms:.*:key\//.test(ownKey)) {
    throw told(`--param "vaultKey=${ownKey}": allowed is the ARN of a KMS key, arn:aws:kms:…:key/…`);
  }
  return ownKey || { "Fn::GetAtt": ["VaultKey", "Arn"] };
}

/**
 * @param {import("./config-facts.cjs").ConfigFacts} facts
 * @param {{ prefix: string, ownKey: string }} settings
 */
function keyResources(facts, { prefix, ownKey }) {
  if (typeof keyOf(facts, ownKey) !== "object") return { Resources: {} };
  return {
    Resources: {
      // It outlives the stack as the ledger does: without it the hashes there can never be read again.
      VaultKey: {
        Type: "AWS::KMS::Key",
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          Description: `Seals the password hashes that ${prefix} keeps until their users' first sign-in`,
          EnableKeyRotation: true,
          // The account's own policies say who may use it; the functions' roles are among them.
          KeyPolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
                Principal: { AWS: { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } },
                Action: "kms:*",
                Resource: "*",
              },
            ],
          },
        },
      },
      VaultKeyAlias: {
        Type: "AWS::KMS::Alias",
        Properties: { AliasName: facts.vaultKey, TargetKeyId: { Ref: "VaultKey" } },
      },
    },
  };
}

async function resources({ resolveVariable }) {
  const [config, prefix, ownKey] = await Promise.all([
    resolveVariable("param:config"),
    resolveVariable("self:custom.prefix"),
    resolveVariable("param:vaultKey"),
  ]);
  return keyResources(await configFacts(config), { prefix, ownKey });
}

module.exports = Object.assign(resources, { keyOf, keyResources });
