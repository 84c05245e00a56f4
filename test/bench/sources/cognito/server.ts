import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { startUserPool } from "../../../../lib/local/user-pool/index.ts";
import type { BenchSource } from "../../bench-source.ts";
import { password, somePeople } from "../../people.ts";

/** A pool of the simulator. */
export const cognito: BenchSource = {
  name: "cognito",
  hashed: false,
  drivers: ["@aws-sdk/client-cognito-identity-provider"],
  async start(people) {
    const server = await startUserPool({ invoke: () => Promise.reject(new Error("no trigger here")) });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const sdk = new CognitoIdentityProviderClient({ region: server.region, endpoint: server.endpoint, credentials });
    const PasswordPolicy = {
      MinimumLength: 8,
      RequireUppercase: false,
      RequireLowercase: false,
      RequireNumbers: false,
      RequireSymbols: false,
    };
    const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: "old", Policies: { PasswordPolicy } }));
    const UserPoolId = UserPool?.Id ?? "";
    const { UserPoolClient } = await sdk.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "samekey",
        ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    );
    for (const { id, email } of await somePeople(people, [4])) {
      const user = { UserPoolId, Username: id };
      const UserAttributes = [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ];
      await sdk.send(new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: "SUPPRESS" }));
      await sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
    }
    sdk.destroy();
    return {
      setting: "the user pool simulator",
      environment: {
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.endpoint,
        BENCH_POOL: UserPoolId,
        BENCH_CLIENT: UserPoolClient?.ClientId ?? "",
      },
      stop: () => server.stop(),
    };
  },
};
