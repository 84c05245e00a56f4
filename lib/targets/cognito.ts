// Amazon Cognito, written to by its admin calls. Whose pool it is stands in the row: `pool#sub`.

import {
  AdminResetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { clientSettings } from "../aws/client-settings.ts";
import { MigrationError } from "../core/errors.ts";
import type { LedgerUser, Target } from "../core/ports.ts";

/** A user pool as what its users' rows lead to. The client is made at the first use. */
export function cognitoTarget(): Target {
  let client: CognitoIdentityProviderClient | undefined;

  return {
    name: "cognito",
    async requireReset(user, signal) {
      const { UserPoolId, Username } = placeOf(user);
      client ??= openClient();
      try {
        // The password first: whoever has only a session keeps it a moment longer than whoever has an old password.
        await client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }), { abortSignal: signal });
        await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }), { abortSignal: signal });
        return true;
      } catch (error) {
        signal.throwIfAborted();
        const name = error instanceof Error ? error.name : "an unknown error";
        if (name === "UserNotFoundException") return false;
        throw new MigrationError("PLATFORM_UNAVAILABLE", `cognito: a password could not be reset: ${name}`, {
          cause: error,
        });
      }
    },
  };
}

function placeOf({ platformId, platformUsername }: LedgerUser) {
  const [pool, sub] = platformId?.split("#") ?? [];
  const Username = platformUsername ?? sub;
  if (pool === undefined || pool === "" || Username === undefined) {
    throw new MigrationError("LEDGER_DAMAGED", "a moved user's row does not say where on the platform the user is");
  }
  return { UserPoolId: pool, Username };
}

function openClient(): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    ...clientSettings(),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
}
