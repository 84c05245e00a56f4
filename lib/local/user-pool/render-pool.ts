import { record } from "./input.ts";
import { seconds } from "./render-user.ts";
import { renderSchema } from "./schema.ts";
import type { Client, Pool } from "./world.ts";

/** `UserPoolType` of the API. */
export function renderPool(pool: Pool) {
  const { policy } = pool.settings;
  return {
    ...pool.settings.given,
    Id: pool.id,
    Arn: pool.arn,
    Name: pool.name,
    Policies: {
      ...record(pool.settings.given, "Policies"),
      PasswordPolicy: {
        MinimumLength: policy.minimumLength,
        RequireUppercase: policy.uppercase,
        RequireLowercase: policy.lowercase,
        RequireNumbers: policy.numbers,
        RequireSymbols: policy.symbols,
        TemporaryPasswordValidityDays: policy.temporaryDays,
      },
    },
    DeletionProtection: pool.settings.deletionProtected ? "ACTIVE" : "INACTIVE",
    LambdaConfig: pool.settings.given.LambdaConfig ?? {},
    MfaConfiguration: pool.settings.mfa,
    AdminCreateUserConfig: pool.settings.given.AdminCreateUserConfig ?? { AllowAdminCreateUserOnly: false },
    SchemaAttributes: renderSchema(pool.schema),
    ...(pool.identity.aliasAttributes.length > 0 ? { AliasAttributes: pool.identity.aliasAttributes } : {}),
    ...(pool.identity.usernameAttributes.length > 0 ? { UsernameAttributes: pool.identity.usernameAttributes } : {}),
    UsernameConfiguration: { CaseSensitive: pool.identity.caseSensitive },
    EstimatedNumberOfUsers: pool.users.list().length,
    CreationDate: seconds(pool.created),
    LastModifiedDate: seconds(pool.modified),
  };
}

/** `UserPoolClientType` of the API. */
export function renderClient(pool: Pool, client: Client) {
  const { settings } = client;
  return {
    RefreshTokenValidity: 30,
    EnableTokenRevocation: true,
    AuthSessionValidity: settings.sessionMinutes,
    ...settings.given,
    UserPoolId: pool.id,
    ClientName: client.name,
    ClientId: client.id,
    ...(client.secret === undefined ? {} : { ClientSecret: client.secret }),
    ExplicitAuthFlows: settings.given.ExplicitAuthFlows ?? settings.flows,
    PreventUserExistenceErrors: settings.hidesUnknownUsers ? "ENABLED" : "LEGACY",
    CreationDate: seconds(client.created),
    LastModifiedDate: seconds(client.modified),
  };
}
