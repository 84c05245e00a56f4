import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { readLocalEnvironment } from "./local-environment.ts";

/** The user pool of a running `npm start`, and a client of its simulator. */
export interface LocalPool {
  readonly cognito: CognitoIdentityProviderClient;
  readonly poolId: string;
  readonly clientId: string;
}

/** @returns undefined when `npm start` does not run. */
export async function openLocalPool(root: string): Promise<LocalPool | undefined> {
  const environment = await readLocalEnvironment(root);
  const endpoint = environment?.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER;
  if (environment === undefined || endpoint === undefined) return undefined;
  return {
    cognito: new CognitoIdentityProviderClient({
      endpoint,
      region: environment.AWS_REGION ?? "",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    }),
    poolId: environment.SAMEKEY_USER_POOL_ID ?? "",
    clientId: environment.SAMEKEY_CLIENT_ID ?? "",
  };
}
