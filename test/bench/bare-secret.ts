import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientSettings, secretName } from "./bare-settings.ts";

const secrets = new SecretsManagerClient(clientSettings);

export async function readSecret(): Promise<string> {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
  return SecretString;
}
