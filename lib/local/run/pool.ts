import {
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { UserNames } from "../../core/platform-name.ts";
import type { TriggerFunction } from "../bundle.ts";

export interface LocalPool {
  readonly poolId: string;
  readonly clientId: string;
}

/** A user pool and an app client as serverless.yml makes them, in the simulator. */
export async function createPool(
  client: CognitoIdentityProviderClient,
  userNames: UserNames,
  triggerArn: (name: TriggerFunction) => string,
): Promise<LocalPool> {
  const created = await client.send(
    new CreateUserPoolCommand({
      PoolName: "samekey-local",
      ...naming[userNames],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ["email"],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
      Schema: [
        {
          Name: "legacy_id",
          AttributeDataType: "String",
          Mutable: false,
          StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
        },
      ],
      LambdaConfig: {
        UserMigration: triggerArn("user-migration"),
        PreAuthentication: triggerArn("pre-authentication"),
        PostAuthentication: triggerArn("post-authentication"),
        PostConfirmation: triggerArn("post-confirmation"),
        PreSignUp: triggerArn("pre-sign-up"),
      },
    }),
  );
  const poolId = created.UserPool?.Id ?? "";
  const app = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
      WriteAttributes: ["email", "name", "phone_number", "preferred_username"],
    }),
  );
  return { poolId, clientId: app.UserPoolClient?.ClientId ?? "" };
}

const naming: Readonly<Record<UserNames, Partial<CreateUserPoolCommandInput>>> = {
  email: { UsernameAttributes: ["email"] },
  phone: { UsernameAttributes: ["phone_number"], AutoVerifiedAttributes: ["phone_number"] },
  username: {},
  alias: { AliasAttributes: ["email"] },
};
