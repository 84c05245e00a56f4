import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { clientSettings } from "./client-settings.ts";

export interface AssumedRole {
  readonly arn: string;
  /** What the other account's trust policy asks for (`sts:ExternalId`). */
  readonly externalId?: string;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: Date;
}

/**
 * Credentials of a role, of this account or another one. AWS's clients keep them until shortly before their end and ask
 * again then. The call has bounds of its own: the SDK gives it no signal.
 */
export function assumedRole(
  { arn, externalId }: AssumedRole,
  region: string | undefined,
): () => Promise<RoleCredentials> {
  let client: STSClient | undefined;

  return async () => {
    client ??= new STSClient({
      ...clientSettings(),
      ...(region === undefined ? {} : { region }),
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true },
    });
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: "samekey",
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      throw new Error("AssumeRole answered no credentials");
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration === undefined ? {} : { expiration: Expiration }),
    };
  };
}
