import {
  AddCustomAttributesCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ResourceNotFoundException,
  UpdateUserPoolCommand,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { MigrationError } from "../core/errors.ts";
import { differences, type PoolSettings, settingsOf, updateRequest } from "./pool-update.ts";
import type { PoolPlace } from "./triggers.ts";
import { parsePoolArn } from "./triggers.ts";

/** A pool as the service describes it, and where it is. */
export interface FoundPool {
  readonly pool: UserPoolType;
  readonly arn: string;
  readonly place: PoolPlace;
}

/** @throws MigrationError CONFIG_INVALID when there is no such pool. */
export async function readPool(cognito: CognitoIdentityProviderClient, userPoolId: string): Promise<FoundPool> {
  const pool = await describe(cognito, userPoolId);
  const arn = pool?.Arn ?? "";
  const place = parsePoolArn(arn);
  if (pool === undefined || place === undefined) {
    throw new MigrationError("CONFIG_INVALID", `there is no user pool ${userPoolId} in this account and region`);
  }
  return { pool, arn, place };
}

async function describe(cognito: CognitoIdentityProviderClient, userPoolId: string): Promise<UserPoolType | undefined> {
  try {
    const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
    return UserPool;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * Gives the pool these settings and reads them back.
 * @returns the names of settings that are not as they were to be.
 */
export async function updatePool(
  cognito: CognitoIdentityProviderClient,
  pool: UserPoolType,
  settings: PoolSettings,
): Promise<readonly string[]> {
  await cognito.send(new UpdateUserPoolCommand(updateRequest(pool, settings)));
  const { pool: now } = await readPool(cognito, pool.Id ?? "");
  return differences(settings, settingsOf(now));
}

/** Adds the attribute that holds the legacy id: written once, by the migration, and never removed. */
export async function addLegacyId(cognito: CognitoIdentityProviderClient, userPoolId: string): Promise<void> {
  await cognito.send(
    new AddCustomAttributesCommand({
      UserPoolId: userPoolId,
      CustomAttributes: [
        {
          Name: "legacy_id",
          AttributeDataType: "String",
          Mutable: false,
          StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
        },
      ],
    }),
  );
}
