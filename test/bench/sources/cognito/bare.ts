import {
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { clientSettings } from "../../bare-settings.ts";
import type { BareSource } from "../../bare-source.ts";

const UserPoolId = process.env.BENCH_POOL ?? "";
const client = new CognitoIdentityProviderClient({ ...clientSettings, region: UserPoolId.split("_")[0] ?? "" });

export const source: BareSource = {
  name: "cognito",
  async signIn(email, password) {
    const query = new ListUsersCommand({ UserPoolId, Limit: 60, Filter: `email = "${email}"` });
    const { Users: [user, ...more] = [] } = await client.send(query);
    if (user?.Username === undefined || more.length > 0) return undefined;
    const proof = new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId: process.env.BENCH_CLIENT,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: user.Username, PASSWORD: password },
    });
    const { AuthenticationResult } = await client.send(proof);
    const id = user.Attributes?.find(({ Name }) => Name === "sub")?.Value;
    return AuthenticationResult === undefined || id === undefined ? undefined : { id, email };
  },
};
