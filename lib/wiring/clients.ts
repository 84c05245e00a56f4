import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
  type UserPoolClientType,
} from "@aws-sdk/client-cognito-identity-provider";

/** All app clients of a pool, with their settings, one after the other: the account's quota is small. */
export async function readClients(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
): Promise<readonly UserPoolClientType[]> {
  const clients: UserPoolClientType[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cognito.send(
      new ListUserPoolClientsCommand({
        UserPoolId: userPoolId,
        MaxResults: 60,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const { ClientId } of page.UserPoolClients ?? []) {
      const described = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId }));
      if (described.UserPoolClient !== undefined) clients.push(described.UserPoolClient);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return clients;
}
