import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { AssumedRole } from "./assumed-role.ts";
import { clientSettings } from "./client-settings.ts";
import { roleCredentials } from "./role-credentials.ts";

/** A user as Cognito hands it out. */
export interface PoolUser {
  readonly username: string;
  readonly enabled: boolean;
  /** CONFIRMED, UNCONFIRMED, FORCE_CHANGE_PASSWORD, RESET_REQUIRED, EXTERNAL_PROVIDER, … */
  readonly status: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PoolPage {
  readonly users: readonly PoolUser[];
  readonly next: string | undefined;
}

/** The calls that a legacy user pool is asked by. Each throws the SDK's error. */
export interface UserPoolClient {
  getUser(username: string, signal: AbortSignal): Promise<PoolUser>;
  listUsers(
    query: { readonly filter?: string; readonly limit: number; readonly after?: string | undefined },
    signal: AbortSignal,
  ): Promise<PoolPage>;
  /** The challenge's name; undefined when tokens came, which are dropped here. */
  checkPassword(
    clientId: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  setAttribute(username: string, attribute: string, value: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A client of one user pool. To be imported statically: of a module that is loaded late, the bundler keeps all commands. */
export function openUserPoolClient(userPoolId: string, region: string, role: AssumedRole | undefined): UserPoolClient {
  const client = new CognitoIdentityProviderClient({
    ...clientSettings(),
    region,
    maxAttempts: 2,
    // A kept connection that a firewall has forgotten gives no error: it is given up while there is time for another.
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    ...(role === undefined ? {} : { credentials: roleCredentials(role, region) }),
  });
  return {
    async getUser(username, abortSignal) {
      const command = new AdminGetUserCommand({ UserPoolId: userPoolId, Username: username });
      const { UserAttributes, ...user } = await client.send(command, { abortSignal });
      return readUser({ ...user, Attributes: UserAttributes });
    },
    async listUsers({ filter, limit, after }, abortSignal) {
      const command = new ListUsersCommand({
        UserPoolId: userPoolId,
        Limit: limit,
        ...(filter === undefined ? {} : { Filter: filter }),
        ...(after === undefined ? {} : { PaginationToken: after }),
      });
      const { Users = [], PaginationToken } = await client.send(command, { abortSignal });
      return { users: Users.map(readUser), next: PaginationToken };
    },
    async checkPassword(clientId, parameters, abortSignal) {
      const command = new AdminInitiateAuthCommand({
        UserPoolId: userPoolId,
        ClientId: clientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: parameters,
      });
      const { ChallengeName, AuthenticationResult } = await client.send(command, { abortSignal });
      if (AuthenticationResult?.AccessToken !== undefined) return undefined;
      return ChallengeName ?? "nothing";
    },
    async setAttribute(username, attribute, value, abortSignal) {
      const UserAttributes = [{ Name: attribute, Value: value }];
      const command = { UserPoolId: userPoolId, Username: username, UserAttributes };
      await client.send(new AdminUpdateUserAttributesCommand(command), { abortSignal });
    },
    close: () => client.destroy(),
  };
}

interface AnsweredUser {
  readonly Username?: string | undefined;
  readonly Enabled?: boolean | undefined;
  readonly UserStatus?: string | undefined;
  readonly Attributes?:
    | readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}

function readUser({ Username = "", Enabled, UserStatus = "UNKNOWN", Attributes = [] }: AnsweredUser): PoolUser {
  const attributes: Record<string, string> = Object.create(null);
  for (const { Name, Value } of Attributes) {
    if (Name !== undefined && Value !== undefined) attributes[Name] = Value;
  }
  return { username: Username, enabled: Enabled === true, status: UserStatus, attributes };
}
