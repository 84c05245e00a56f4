import type { CognitoIdentityProviderClient, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import pThrottle from "p-throttle";
import type { Migration } from "./config/define-migration.ts";
import { MigrationError } from "./core/errors.ts";
import type { BatchServices } from "./core/import-batch.ts";
import type { ImportOptions } from "./core/import-options.ts";
import type { ImportPlatform } from "./core/import-user.ts";
import type { WayPlatform } from "./core/import-way.ts";
import { openTombstones } from "./core/tombstones.ts";
import { openLedger } from "./ledger/ledger.ts";
import { openRows } from "./ledger/rows.ts";
import { openTotpVault } from "./ledger/totp-vault.ts";
import { openVault } from "./ledger/vault.ts";
import { openVaultWriter } from "./ledger/vault-writer.ts";
import { cognitoImportTarget } from "./targets/cognito.ts";
import { importRules } from "./wiring/user-rules/import-rules.ts";

/** Where an import writes. */
export interface ImportPlace {
  readonly table: string;
  readonly client: DynamoDBClient;
  /** Absent where every user waits in the vault. */
  readonly pool?: ImportPool | undefined;
}

export interface ImportPool {
  /** As DescribeUserPool tells it: its rules are held to. */
  readonly pool: UserPoolType;
  readonly cognito: CognitoIdentityProviderClient;
  /** Users made in a second, at most. */
  readonly perSecond: number;
  /** What the pool's own import takes of a stored password; absent where no hash goes there. */
  readonly importable?: WayPlatform["importable"];
}

/**
 * What an import needs, of a config and a place.
 * @throws MigrationError CONFIG_INVALID without a vault, or for a pool that is not wired
 */
export function openImporter(migration: Migration, place: ImportPlace, options: ImportOptions): BatchServices {
  const { vault, sources, passwords, userNames, usernameCase, imports, erasure } = migration;
  if (vault === undefined) {
    throw new MigrationError(
      "CONFIG_INVALID",
      'vault: missing in migration.config.ts, and imported users wait there: set vault: { key: kmsKey("alias/samekey") }',
    );
  }
  const { table, client, pool } = place;
  const tombstones = erasure && openTombstones(erasure.key);
  const sealed = { table, client, key: vault.key };
  return {
    ledger: openLedger({ table, client, tombstones }),
    rows: openRows({ table, client, tombstones }),
    vaulted: openVault(sealed),
    totps: openTotpVault(sealed),
    vault: openVaultWriter(sealed),
    identifiers: { usernameCase },
    sources,
    passwords,
    userNames,
    options,
    along: imports,
    ...(pool === undefined ? {} : { platform: platformOf(pool) }),
    now: () => new Date(),
  };
}

function platformOf({ pool, cognito, perSecond, importable }: ImportPool): ImportPlatform {
  const { Id = "", SchemaAttributes = [] } = pool;
  if (!SchemaAttributes.some(({ Name }) => Name === "custom:legacy_id")) {
    throw new MigrationError(
      "CONFIG_INVALID",
      `the pool ${Id} has no custom:legacy_id, by which an imported user is known: run \`samekey wire\` first`,
    );
  }
  const pace = pThrottle({ limit: 1, interval: 1000 / perSecond })(async () => undefined);
  return {
    rules: importRules(pool),
    target: cognitoImportTarget({ poolId: Id, client: cognito, pace }),
    ...(importable === undefined ? {} : { importable }),
  };
}
