import { readFile } from "node:fs/promises";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineMigration, type MigrationSettings } from "../../lib/config/define-migration.ts";
import { importBatch } from "../../lib/core/import-batch.ts";
import { type ImportOptions, usualImportOptions } from "../../lib/core/import-options.ts";
import { emptyTally } from "../../lib/core/import-tally.ts";
import { parseImportedUser } from "../../lib/core/imported-user.ts";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import { openImporter } from "../../lib/importer.ts";
import { openBatchAnswers } from "../../lib/ledger/batch-answers.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { createPool } from "../../lib/local/run/pool.ts";
import { startUserPool } from "../../lib/local/user-pool/index.ts";
import { readPool } from "../../lib/wiring/pool.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { storedHash } from "../support/legacy-user.ts";
import { aKms } from "../support/vault.ts";
import { importSettings, imports } from "./import-setting.ts";
import { ledgerCalls, otherActions, statementsOf } from "./policies.ts";
import { schemaFaults } from "./schema-faults.ts";

const roles = imports.resourcesOf(importSettings).Resources;

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind, as the client sends them
type AnyInput = any;

/** What a client of the ledger is authorised for: the calls, by kind of item. */
function recordLedger(client: DynamoDBClient): ReadonlySet<string> {
  const calls = new Set<string>();
  const kindOf = (item: AnyInput) => String(item?.pk?.S).split("#")[0];
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const input = args.input as AnyInput;
        if (commandName === "TransactWriteItemsCommand") {
          for (const { Put, Update, Delete, ConditionCheck } of input.TransactItems) {
            if (Put) calls.add(`PutItem ${kindOf(Put.Item)}`);
            if (Update) calls.add(`UpdateItem ${kindOf(Update.Key)}`);
            if (Delete) calls.add(`DeleteItem ${kindOf(Delete.Key)}`);
            if (ConditionCheck) calls.add(`ConditionCheckItem ${kindOf(ConditionCheck.Key)}`);
          }
        } else if (commandName === "BatchGetItemCommand") {
          for (const { Keys } of Object.values<AnyInput>(input.RequestItems)) {
            for (const key of Keys) calls.add(`BatchGetItem ${kindOf(key)}`);
          }
        } else if (commandName === "PutItemCommand") calls.add(`alone PutItem ${kindOf(input.Item)}`);
        else if (commandName === "TransactGetItemsCommand") {
          for (const { Get } of input.TransactItems) calls.add(`GetItem ${kindOf(Get.Key)}`);
        } else calls.add(`${commandName.replace("Command", "")} ${kindOf(input.Key)}`);
        return next(args);
      },
    { step: "initialize", name: "recordLedger" },
  );
  return calls;
}

function recordPool(client: CognitoIdentityProviderClient): ReadonlySet<string> {
  const calls = new Set<string>();
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        calls.add(`cognito-idp:${commandName.replace("Command", "")}`);
        return next(args);
      },
    { step: "initialize", name: "recordPool" },
  );
  return calls;
}

/** Imports of every kind, by the code that is deployed; answers what they called. */
async function callsOfImports() {
  const bench = await anEmbeddedLedger();
  const { key } = await aKms();
  const server = await startUserPool({
    region: "us-east-1",
    invoke: async (_, event) => ({ kind: "answer", payload: event }),
  });
  const cognito = new CognitoIdentityProviderClient({
    endpoint: server.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(async () => {
    cognito.destroy();
    await server.stop();
  });
  const { poolId } = await createPool(
    cognito,
    "email",
    (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
  );
  const [ledger, pool] = [recordLedger(bench.client), recordPool(cognito)];
  const place = {
    ...{ table: bench.table, client: bench.client },
    pool: { pool: (await readPool(cognito, poolId)).pool, cognito, perSecond: 1000 },
  };
  const settings: MigrationSettings = {
    sources: [],
    passwords: [pbkdf2(), argon2()],
    userNames: "email",
    vault: { key: { ...key(), openVault: (at) => openVault({ ...at, key: key() }) } },
  };
  let migration = defineMigration(settings);
  const run = (users: readonly object[], options: Partial<ImportOptions> = {}) =>
    importBatch(
      users.map((user, n) =>
        parseImportedUser(
          {
            id: n,
            username: `u${n}`,
            enabled: true,
            attributes: { email: `u${n}@example.com`, email_verified: true },
            ...user,
          },
          "shop",
        ),
      ),
      openImporter(migration, place, { ...usualImportOptions, ...options }),
      { plan: false, stop: new AbortController().signal },
    );
  const hash = { password: { encoded: storedHash("Old password 1") } };
  const totp = { totp: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
  const plain = { plaintext: "Str0ng enough!" };
  const mail = (name: string) => ({ attributes: { email: `${name}@example.com`, email_verified: true } });
  // Into the vault, the same again, changed, and an identifier that is another user's.
  await run([{ ...hash, ...totp }, hash]);
  await run([{ ...hash, ...totp }]);
  await run([{ ...hash, groups: ["a"], ...mail("other") }]);
  await run([{ ...hash, id: 100, username: "elsewhere", ...mail("u1") }]);
  // From the vault to the pool, and back to it from a pool that does not take the password.
  await run([
    { ...plain, groups: ["a", "b"], ...mail("other") },
    { ...plain, enabled: false },
  ]);
  // To the pool at once: without a password, and one whom it has already.
  await run([{ id: 2, username: "two", ...mail("two") }], { withoutPassword: "invite" });
  await run([{ ...plain, id: 4, username: "four", ...mail("two") }]);
  await run([{ plaintext: "short", id: 3, username: "three", ...mail("three") }]);
  // The source has come to be the first one: its users' ids stand without its name.
  migration = defineMigration({ ...settings, sources: [aSource([], { name: "shop" }).source] });
  await run([
    { ...hash, id: 5, username: "u1", ...mail("u1") },
    { plaintext: "changed", id: 3, username: "three", ...mail("three") },
  ]);
  return { ledger: new Set(ledger), pool, rows: await bench.rows() };
}

describe("the role of importUsers", () => {
  test("covers every call of an import, by the code that makes them", async () => {
    const { ledger, pool, rows } = await callsOfImports();
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["imported", "migrated"]));
    const allowed = ledgerCalls(roles.ImportUsersRole).filter((call) => call !== "PutItem batch");
    expect([...ledger].sort()).toEqual(allowed);
    const actions = otherActions(roles.ImportUsersRole);
    expect(pool).toContain("cognito-idp:AdminCreateUser");
    expect([...pool].filter((call) => !actions.includes(call))).toEqual([]);
  });

  test("allows each call of the pool's target but those that end a password", async () => {
    const text = await readFile(new URL("../../lib/targets/cognito.ts", import.meta.url), "utf8");
    const commands = [...text.matchAll(/new ([A-Za-z]+)Command\(/g)].map(([, name]) => `cognito-idp:${name}`);
    const ending = ["cognito-idp:AdminResetUserPassword", "cognito-idp:AdminUserGlobalSignOut"];
    const wanted = new Set([...commands, "cognito-idp:DescribeUserPool"].filter((one) => !ending.includes(one)));
    const actions = (joins: boolean) => {
      const { ImportUsersRole } = imports.resourcesOf({ ...importSettings, joins }).Resources;
      return otherActions(ImportUsersRole).filter((one) => one.startsWith("cognito-idp:"));
    };
    expect([...wanted].sort()).toEqual(actions(true));
    // Groups and identities are given only where the config says so.
    expect(actions(true).filter((one) => !actions(false).includes(one))).toEqual([
      "cognito-idp:AdminAddUserToGroup",
      "cognito-idp:AdminLinkProviderForUser",
      "cognito-idp:CreateGroup",
    ]);
  });

  test("allows no more than the ledger's kinds of an import, and its own answers", () => {
    const kinds = new Set(ledgerCalls(roles.ImportUsersRole).map((call) => call.split(" ")[1]));
    expect([...kinds].sort()).toEqual(
      ["audit", "batch", "count", "identifier", "legacy", "platform", "totp", "user", "vault"].sort(),
    );
    const alone = statementsOf(roles.ImportUsersRole).filter(
      ({ Action, Condition }) =>
        Action.some((action) => /Put|Update|Delete/.test(action) && action.startsWith("dynamodb:")) &&
        Condition?.["ForAnyValue:StringEquals"] === undefined,
    );
    expect(alone.map(({ Condition }) => Condition?.["ForAllValues:StringLike"])).toEqual([
      { "dynamodb:LeadingKeys": ["batch#*"] },
    ]);
    expect(JSON.stringify(roles.ImportUsersRole)).not.toContain("s3:");
  });

  test("opens and makes data keys for this table alone", () => {
    expect(statementsOf(roles.ImportUsersRole)).toContainEqual({
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: importSettings.vaultKey,
      Condition: { StringEquals: { "kms:EncryptionContext:samekey-table": { Ref: "Ledger" } } },
    });
  });
});

describe("the roles of the file's routes", () => {
  const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];

  test("createImport writes an import down, and its link uploads a file; no more", async () => {
    const { client, table } = await anEmbeddedLedger();
    const calls = recordLedger(client);
    const at = new Date().toISOString();
    const run = { id: "1", settled: 0, tally: emptyTally, detail: { by: "api" }, startedAt: at, updatedAt: at };
    const runs = openImportRuns({ table, client, now: () => new Date() });
    await runs.create({ ...run, state: "waiting" }, AbortSignal.timeout(5000));
    expect([...calls]).toEqual(["alone PutItem import"]);
    expect(ledgerCalls(roles.CreateImportRole)).toEqual(["PutItem import"]);
    expect(otherActions(roles.CreateImportRole)).toEqual(["kms:GenerateDataKey", ...logs, "s3:PutObject"]);
    expect(statementsOf(roles.CreateImportRole)).toContainEqual({
      Effect: "Allow",
      Action: ["s3:PutObject"],
      Resource: { "Fn::Sub": `\${ImportBucket.Arn}/uploads/*` },
    });
  });

  test("readImport reads one, and its links read what was refused; no more", () => {
    expect(ledgerCalls(roles.ReadImportRole)).toEqual(["GetItem import"]);
    expect(otherActions(roles.ReadImportRole)).toEqual(["kms:Decrypt", ...logs, "s3:GetObject"]);
    expect(statementsOf(roles.ReadImportRole)).toContainEqual({
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: { "Fn::Sub": `\${ImportBucket.Arn}/refused/*` },
    });
  });

  test("a batch's answer is written alone", async () => {
    const { client, table } = await anEmbeddedLedger();
    const calls = recordLedger(client);
    const kept = openBatchAnswers({ table, client, now: () => new Date() });
    const claimed = await kept.claim("k", "b", AbortSignal.timeout(5000));
    await kept.save("k", claimed, "[]", AbortSignal.timeout(5000));
    expect([...calls]).toEqual(["alone PutItem batch"]);
  });

  test("use the key through S3 alone", () => {
    for (const name of ["CreateImportRole", "ReadImportRole"]) {
      const [key] = statementsOf(roles[name]).filter(({ Action }) => Action[0]?.startsWith("kms:"));
      const via = { "Fn::Sub": `s3.\${AWS::Region}.\${AWS::URLSuffix}` };
      expect(key?.Condition).toEqual({ StringEquals: { "kms:ViaService": via } });
    }
  });

  test("fit CloudFormation's schema", async () => {
    expect(await schemaFaults(roles)).toEqual([]);
  });
});
