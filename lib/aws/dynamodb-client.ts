import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { RoleCredentials } from "./assumed-role.ts";
import { clientSettings } from "./client-settings.ts";

/** Where the table is and who asks; what is left out is the function's own. */
export interface DynamoDbAccess {
  readonly region?: string;
  readonly credentials?: () => Promise<RoleCredentials>;
}

/** A DynamoDB client that really gives up: the SDK's own request time-out is off, and only warns when it is set alone. */
export function openDynamoDb(access: DynamoDbAccess = {}): DynamoDBClient {
  return new DynamoDBClient({
    ...clientSettings(),
    ...access,
    maxAttempts: 1,
    // The SDK's defaults, named so that it does not look for them in files first.
    accountIdEndpointMode: "preferred",
    endpointDiscoveryEnabled: false,
    requestHandler: { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true },
  });
}
