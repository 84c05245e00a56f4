import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { clientSettings } from "./client-settings.ts";

/** A client for work that nobody waits for, imports and reconcile: it waits for a pool that is busy. */
export function openPatientCognito(region?: string): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    ...clientSettings(),
    ...(region === undefined ? {} : { region }),
    // Slows down when the pool says that it is asked too often.
    retryMode: "adaptive",
    maxAttempts: 10,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}
