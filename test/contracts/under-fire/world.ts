import {
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
  type UserPoolType,
  type UserType,
} from "@aws-sdk/client-cognito-identity-provider";
import { type DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { defineMigration, type Migration } from "../../../lib/config/define-migration.ts";
import type { LedgerEvent } from "../../../lib/core/after-change.ts";
import type { Admitted } from "../../../lib/core/outcome.ts";
import type { LedgerUser } from "../../../lib/core/ports.ts";
import type { LegacyUser } from "../../../lib/core/user.ts";
import type { WrappingKey } from "../../../lib/core/vault-ports.ts";
import { customPassword } from "../../../lib/hashes/custom-password.ts";
import { parseUser } from "../../../lib/ledger/items.ts";
import { openVault } from "../../../lib/ledger/vault.ts";
import { type CodeMessage, startUserPool, type TriggerAnswer } from "../../../lib/local/user-pool/index.ts";
import { sdkFor } from "../../local/user-pool/support.ts";
import { type LedgerBench, ledgerIn } from "../../support/ledger.ts";
import { aSource, type LegacyStore } from "../../support/legacy-source.ts";
import { aSecretRef } from "../../support/secret-ref.ts";
import { type Fault, type Process, startProcess } from "./process.ts";

export const people = ["ann", "bob"] as const;
export type Person = 0 | 1;

/** The pool's own client, a password of its policy, and everything that was ever somebody's password. */
const poolSettings = {
  PoolName: "under-fire",
  AliasAttributes: ["email" as const],
  AutoVerifiedAttributes: ["email" as const],
  UsernameConfiguration: { CaseSensitive: false },
  Policies: { PasswordPolicy: { MinimumLength: 8, RequireUppercase: true, RequireNumbers: true } },
  Schema: [{ Name: "legacy_id", AttributeDataType: "String" as const, Mutable: false }],
};

/** The password formats of the adopter: what is stored is the password itself, and one may be made of a text. */
const formats = [
  customPassword({
    name: "house",
    verify: (password, stored) => password === stored.encoded,
    hash: (password) => password,
  }),
];

/** A user who waits for the platform's own import, as the process that began it remembers him. */
export interface Job {
  readonly person: Person;
  readonly row: LedgerUser;
  readonly admitted: Admitted;
  readonly password: string;
}

/** What was typed, answered and kept beside the ledger. */
export interface World {
  readonly bench: LedgerBench;
  readonly migration: Migration;
  readonly legacy: LegacyStore;
  readonly cognito: CognitoIdentityProviderClient;
  readonly pool: UserPoolType;
  readonly poolId: string;
  readonly clientId: string;
  readonly codes: CodeMessage[];
  readonly jobs: Job[];
  /** Everything that was ever a person's password, in a legacy store, a file or the pool. */
  readonly passwords: readonly [Set<string>, Set<string>];
  /** A new number each time. */
  count(): number;
  /** A process of its own, with the round's next fault. */
  start(): Process;
  /** What the next processes suffer, one each; the others suffer nothing. */
  suffer(faults: readonly Fault[]): void;
  /** What the table's stream has to tell, by user and version; `tell` is called until it does not throw, in order. */
  deliver(tell: (event: LedgerEvent) => Promise<void>): Promise<void>;
  /** A version that was told already comes again: the stream tells at least once. */
  repeat(tell: (event: LedgerEvent) => Promise<void>): Promise<void>;
  /** Lets a quarter of an hour pass on the platform, which forgets wrong passwords meanwhile. */
  wait(): void;
  users(): Promise<readonly UserType[]>;
  onTrigger(serve: (name: string, event: unknown) => Promise<TriggerAnswer>): void;
  close(): Promise<void>;
}

export interface WorldSetting {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly key: WrappingKey;
  readonly rule: "reset" | "platform-wins";
}

/** Two legacy users, a ledger in a new table, a vault, and a pool that calls the triggers. */
export async function openWorld({ client, table, key, rule }: WorldSetting): Promise<World> {
  const bench = await ledgerIn(client, table);
  const users = people.map((name, index): LegacyUser => {
    const attributes = { email: `${name}@example.com`, email_verified: "true" };
    return { ...legacyDefaults, id: `${index}`, username: name, attributes, password: { encoded: `Right 1 ${name}` } };
  });
  const legacy = aSource(users, { name: "shop" });
  const migration = defineMigration({
    sources: [legacy.source],
    passwords: formats,
    userNames: "alias",
    vault: { key: { ...key, openVault: (at) => openVault({ ...at, key }) } },
    imports: { groups: true, identities: { google: "Google" } },
    drift: { key: aSecretRef("a key of at least 24 bytes"), rule },
    gate: { legacyCheck: true, keepSeconds: 0 },
    refusalMs: 0,
  });

  let triggers: (name: string, event: unknown) => Promise<TriggerAnswer> = async () => {
    throw new Error("no trigger is wired");
  };
  let passed = 0;
  const codes: CodeMessage[] = [];
  const server = await startUserPool({
    invoke: (arn, event) => triggers(arn, event),
    deliver: (message) => codes.push(message),
    now: () => new Date(Date.now() + passed),
    triggerTimeoutMs: 60_000,
  });
  const cognito = sdkFor(server);
  const names = ["UserMigration", "PreSignUp", "PreAuthentication", "PostAuthentication", "PostConfirmation"];
  const LambdaConfig = Object.fromEntries(names.map((name) => [name, name]));
  const created = await cognito.send(new CreateUserPoolCommand({ ...poolSettings, LambdaConfig }));
  const UserPoolId = created.UserPool?.Id ?? "";
  const app = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  );
  await cognito.send(
    new CreateIdentityProviderCommand({
      UserPoolId,
      ProviderName: "Google",
      ProviderType: "Google",
      ProviderDetails: { client_id: "x", client_secret: "y", authorize_scopes: "openid" },
    }),
  );
  const described = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  if (described.UserPool === undefined) throw new Error("no pool");

  const images = openImages();
  let faults: readonly Fault[] = [];
  let number = 0;
  return {
    bench,
    migration,
    legacy,
    cognito,
    pool: described.UserPool,
    poolId: UserPoolId,
    clientId: app.UserPoolClient?.ClientId ?? "",
    codes,
    jobs: [],
    passwords: [new Set([`Right 1 ${people[0]}`]), new Set([`Right 1 ${people[1]}`])],
    count: () => {
      number += 1;
      return number;
    },
    start: () => {
      const [fault, ...left] = faults;
      faults = left;
      return startProcess({ dynamo: client, cognito, key }, fault, images.note);
    },
    suffer: (next) => {
      faults = next;
    },
    deliver: images.deliver,
    repeat: images.repeat,
    wait: () => {
      passed += 16 * 60_000;
    },
    users: async () => (await cognito.send(new ListUsersCommand({ UserPoolId, Limit: 60 }))).Users ?? [],
    onTrigger: (serve) => {
      triggers = serve;
    },
    close: async () => {
      cognito.destroy();
      await server.stop();
    },
  };
}

const legacyDefaults = { source: "shop", enabled: true } as const;

/** Each version of each user's row, as the table's stream has it. */
function openImages() {
  const byUser = new Map<string, Map<number, LedgerUser>>();
  const told = new Map<string, number>();

  async function tellFrom(
    user: string,
    version: number,
    tell: (event: LedgerEvent) => Promise<void>,
  ): Promise<boolean> {
    const versions = byUser.get(user);
    const after = versions?.get(version);
    if (after === undefined) return false;
    await tell({ before: versions?.get(version - 1), after });
    return true;
  }

  return {
    note(command: unknown) {
      if (!(command instanceof TransactWriteItemsCommand)) return;
      for (const { Put } of command.input.TransactItems ?? []) {
        if (Put?.Item?.sk?.S !== "user") continue;
        const row = parseUser(Put.Item);
        const versions = byUser.get(row.legacyId) ?? new Map<number, LedgerUser>();
        byUser.set(row.legacyId, versions.set(row.version, row));
      }
    },
    async deliver(tell: (event: LedgerEvent) => Promise<void>) {
      for (const user of byUser.keys()) {
        while (await tellFrom(user, (told.get(user) ?? 0) + 1, tell)) told.set(user, (told.get(user) ?? 0) + 1);
      }
    },
    async repeat(tell: (event: LedgerEvent) => Promise<void>) {
      for (const user of byUser.keys()) await tellFrom(user, told.get(user) ?? 0, tell);
    },
  };
}
