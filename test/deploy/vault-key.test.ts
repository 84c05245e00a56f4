import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import { onErase, onForgottenPassword, onProof, onRightPassword, type Transition } from "../../lib/core/transitions.ts";
import { changeTransaction } from "../../lib/ledger/transaction.ts";
import type { Resource } from "./packaged.ts";
import { ledgerCalls, otherActions, statementsOf } from "./policies.ts";
import { configFacts, type RoleFacts, roles } from "./role-setting.ts";
import { schemaFaults } from "./schema-faults.ts";

interface VaultKey {
  keyOf(facts: Pick<RoleFacts, "vaultKey">, ownKey: string): unknown;
  keyResources(
    facts: Pick<RoleFacts, "vaultKey">,
    settings: { readonly prefix: string; readonly ownKey: string },
  ): { readonly Resources: Readonly<Record<string, Resource>> };
}
const { keyOf, keyResources }: VaultKey = createRequire(import.meta.url)("../../deploy/vault-key.cjs");

const arn = "arn:aws:kms:eu-west-1:123456789012:key/0123";
const alias = { vaultKey: "alias/samekey" };
const made = { "Fn::GetAtt": ["VaultKey", "Arn"] };
const resourcesOf = (vaultKey: string, ownKey = "") =>
  keyResources({ vaultKey }, { prefix: "samekey-dev", ownKey }).Resources;

describe("the vault's key", () => {
  test("is made with its alias, turned every year, and kept when the stack is gone", () => {
    const resources = resourcesOf("alias/samekey");
    expect(resources.VaultKey).toMatchObject({
      Type: "AWS::KMS::Key",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: { EnableKeyRotation: true },
    });
    expect(resources.VaultKeyAlias?.Properties).toEqual({
      AliasName: "alias/samekey",
      TargetKeyId: { Ref: "VaultKey" },
    });
    expect(keyOf(alias, "")).toEqual(made);
  });

  test("fits CloudFormation's schema", async () => {
    expect(await schemaFaults(resourcesOf("alias/samekey"))).toEqual([]);
  });

  test("may be used by whom the account's own policies say, and by nobody of another account", () => {
    const policy: { readonly Statement: readonly { readonly Principal: unknown }[] } | undefined =
      resourcesOf("alias/samekey").VaultKey?.Properties.KeyPolicy;
    expect(policy?.Statement.map(({ Principal }) => Principal)).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
      { AWS: { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } },
    ]);
  });

  test.each([
    ["no vault", "", ""],
    ["a key that is there behind the alias", "alias/samekey", arn],
    ["a config that names the key itself", arn, ""],
  ])("is not made with %s", (_, vaultKey, ownKey) => {
    expect(resourcesOf(vaultKey, ownKey)).toEqual({});
    expect(keyOf({ vaultKey }, ownKey)).toBe(vaultKey === "" ? undefined : arn);
  });

  test.each([
    [alias.vaultKey, "alias/other"],
    [arn, `${arn}4`],
  ])("is told apart: a config with %s and the parameter %s", (vaultKey, ownKey) => {
    expect(() => keyOf({ vaultKey }, ownKey)).toThrow(`--param "vaultKey=${ownKey}"`);
  });

  test("is none in the demo's config", async () => {
    expect(await configFacts("demo")).toMatchObject({ vaultKey: "" });
  });
});

describe("with a vault", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  const candidate = { source: "files", legacyId: "1", legacyKey: "1", platformUsername: "ada", identifiers: ["ada"] };
  const imported: LedgerUser = { ...candidate, state: "imported", vaulted: true, version: 1, since: now.toISOString() };
  const without = roles();
  const withVault = roles(alias, { vaultKey: made });
  const decrypt = {
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: made,
    Condition: { StringEquals: { "kms:EncryptionContext:samekey-table": { Ref: "Ledger" } } },
  };

  test("the migration alone reads its items and opens their keys, and only those of this table", () => {
    expect(statementsOf(withVault.UserMigrationRole)).toContainEqual(decrypt);
    expect(ledgerCalls(withVault.UserMigrationRole)).toEqual(
      [...ledgerCalls(without.UserMigrationRole), "GetItem vault"].sort(),
    );
    for (const name of Object.keys(without).filter((one) => one !== "UserMigrationRole")) {
      expect(ledgerCalls(withVault[name])).not.toContain("GetItem vault");
      expect(otherActions(withVault[name])).not.toContain("kms:Decrypt");
    }
  });

  test("so it does in a shadow run, and writes no more than ever there", () => {
    const [shadowed, before] = [roles({ ...alias, mode: "shadow" }, { vaultKey: made }), roles({ mode: "shadow" })];
    expect(statementsOf(shadowed.UserMigrationRole)).toContainEqual(decrypt);
    expect(ledgerCalls(shadowed.UserMigrationRole)).toEqual(
      [...ledgerCalls(before.UserMigrationRole), "GetItem vault"].sort(),
    );
  });

  test("the completions take items out, and nobody puts one in", () => {
    for (const name of ["PostAuthenticationRole", "PostConfirmationRole"]) {
      expect(ledgerCalls(withVault[name])).toEqual([...ledgerCalls(without[name]), "DeleteItem vault"].sort());
    }
    for (const role of Object.values(withVault)) expect(ledgerCalls(role)).not.toContain("PutItem vault");
  });

  test.each(["PreAuthenticationRole", "PreSignUpRole"])("%s is as it was", (name) => {
    expect(withVault[name]).toEqual(without[name]);
  });

  test("a role without a vault has nothing of one", () => {
    expect(JSON.stringify(without)).not.toMatch(/vault|kms/i);
  });

  test("the transactions of a sign-in leave the item alone, those of a proof and an erasure take it out", () => {
    const vaultCalls = (transition: Transition): readonly string[] => {
      if (transition.kind !== "to") throw new Error(`no change: ${transition.kind}`);
      const { after, event } = transition;
      const { actions } = changeTransaction("t", { before: imported, after, event, history: "h", marks: [] }, 3);
      return actions.flatMap(({ Put, Delete }) => {
        const pk = (Put?.Item ?? Delete?.Key)?.pk?.S ?? "";
        return pk.startsWith("vault#") ? [Put ? "PutItem" : "DeleteItem"] : [];
      });
    };
    expect(vaultCalls(onRightPassword(imported, candidate, now))).toEqual([]);
    expect(vaultCalls(onForgottenPassword(imported, candidate, now))).toEqual([]);
    expect(vaultCalls(onProof({ ...imported, state: "verified" }, "pool#sub", now))).toEqual(["DeleteItem"]);
    expect(vaultCalls(onErase(imported, now))).toEqual(["DeleteItem"]);
  });
});
