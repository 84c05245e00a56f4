import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminListGroupsForUserCommand,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { defineMigration, type MigrationSettings } from "../../lib/config/define-migration.ts";
import { type BatchAnswer, importBatch } from "../../lib/core/import-batch.ts";
import { type ImportOptions, usualImportOptions } from "../../lib/core/import-options.ts";
import { type MappedImport, parseImportedUser } from "../../lib/core/imported-user.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { openImporter } from "../../lib/importer.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { openBench, type PoolInput, type Setting } from "../local/user-pool/support.ts";
import { anEmbeddedLedger } from "./ledger.ts";
import { aSource } from "./legacy-source.ts";
import { storedHash } from "./legacy-user.ts";
import { aKms } from "./vault.ts";

const attribute = (Name: string) => ({ Name, AttributeDataType: "String" as const, Mutable: true });

/** A pool of e-mail addresses, as `wire` leaves it. */
export const importPool: PoolInput = {
  UsernameAttributes: ["email"],
  AutoVerifiedAttributes: ["email"],
  UsernameConfiguration: { CaseSensitive: false },
  Policies: { PasswordPolicy: { MinimumLength: 8, RequireUppercase: true, RequireNumbers: true } },
  Schema: [{ ...attribute("legacy_id"), Mutable: false }, attribute("created_at"), attribute("tier")],
};

export interface ImportSettingOptions {
  readonly pool?: Setting;
  readonly config?: Partial<MigrationSettings>;
  readonly options?: Partial<ImportOptions>;
  /** Whether there is a pool; true. */
  readonly withPool?: boolean;
}

/** An import into an embedded ledger and the simulator's pool, by the SDK's own clients. */
export async function anImport({ pool = {}, config, options, withPool = true }: ImportSettingOptions = {}) {
  const bench = await anEmbeddedLedger();
  const users = await openBench({ pool: importPool, ...pool });
  const { kms, key } = await aKms();
  const migration = defineMigration({
    sources: [aSource([], { name: "shop" }).source],
    passwords: [pbkdf2(), argon2()],
    userNames: "email",
    vault: { key: { ...key(), openVault: (at) => openVault({ ...at, key: key() }) } },
    ...config,
  });
  const described = await users.sdk.send(new DescribeUserPoolCommand({ UserPoolId: users.poolId }));
  if (described.UserPool === undefined) throw new Error("no pool");
  const importPoolOf = { pool: described.UserPool, cognito: users.sdk, perSecond: 1000 };
  const place = { table: bench.table, client: bench.client, pool: withPool ? importPoolOf : undefined };
  const importerFor = (more: Partial<ImportOptions> = {}) =>
    openImporter(migration, place, { ...usualImportOptions, ...options, ...more });
  const services = importerFor();

  async function run(
    mapped: readonly Partial<MappedImport>[],
    more: { readonly options?: Partial<ImportOptions>; readonly plan?: boolean } = {},
  ): Promise<readonly BatchAnswer[]> {
    const parsed = mapped.map((one) => parseImportedUser({ ...aMapped(), ...one }, "shop"));
    const stop = new AbortController().signal;
    return importBatch(parsed, importerFor(more.options), { plan: more.plan ?? false, stop });
  }

  const userOf = async (Username: string): Promise<AdminGetUserCommandOutput | undefined> =>
    users.sdk.send(new AdminGetUserCommand({ UserPoolId: users.poolId, Username })).catch(() => undefined);

  return {
    ...bench,
    users,
    kms,
    migration,
    services,
    run,
    userOf,
    /** The attributes of a user in the pool, without the sub; undefined where there is none. */
    attributesOf: async (name: string) => {
      const user = await userOf(name);
      if (user === undefined) return undefined;
      const { sub: _, ...rest } = Object.fromEntries((user.UserAttributes ?? []).map((one) => [one.Name, one.Value]));
      return rest;
    },
    groupsOf: async (Username: string) => {
      const command = new AdminListGroupsForUserCommand({ UserPoolId: users.poolId, Username });
      return ((await users.sdk.send(command)).Groups ?? []).map(({ GroupName }) => GroupName);
    },
    /** The ledger's row of a user of the shop. */
    rowOf: async (id: string) => (await bench.rows()).find(({ legacyId }) => legacyId === id),
    states: async () => Object.fromEntries((await bench.rows()).map((row) => [row.legacyId, row.state])),
    /** The keys of the items that are sealed. */
    sealed: async () => (await bench.items()).map((item) => item.pk?.S ?? "").filter((pk) => /^(vault|totp)#/.test(pk)),
  };
}

/** Ann, with a verified address and a password in the clear that the pool takes. */
export function aMapped(id = "ann"): MappedImport {
  return {
    id,
    username: id,
    enabled: true,
    attributes: { email: `${id}@example.com`, email_verified: true },
    plaintext: "Old password 1",
  };
}

/** The same, with a stored password: "secret of ann". */
export function aHashed(id: string) {
  return { ...aMapped(id), plaintext: undefined, password: { encoded: storedHash(`secret of ${id}`) } };
}

/** What became of each, in a few words. */
export function told(answers: readonly BatchAnswer[]): readonly string[] {
  return answers.map((one) => ("way" in one ? `${one.kind} ${one.way.kind}` : "reason" in one ? one.reason : one.kind));
}
