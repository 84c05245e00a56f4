import { describe, expect, test } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import {
  type Candidate,
  onImport,
  onNotPlaced,
  onPlaced,
  onPlacing,
  type Transition,
} from "../../lib/core/transitions.ts";
import { changeTransaction } from "../../lib/ledger/transaction.ts";
import { resourcesOf, vaultKey } from "./import-run-setting.ts";
import { ledgerCalls, otherActions, statementsOf } from "./policies.ts";

const made = resourcesOf();

describe("the roles", () => {
  const objects = (role: string, action: string) =>
    statementsOf(made[role])
      .filter(({ Action }) => Action.includes(action))
      .flatMap(({ Resource }) => [Resource].flat())
      .map((one) => (one as { "Fn::Sub": string })["Fn::Sub"].replace(/^\$\{ImportBucket\.Arn\}\//, ""));

  test("reach the part of the bucket that their function is at, and no other", () => {
    const parts = Object.fromEntries(
      ["SplitImportRole", "ImportBatchRole", "FinishImportRole", "ImportRunRole"].map((role) => [
        role,
        Object.fromEntries(
          ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].map((action) => [
            action.slice(3, 6),
            objects(role, action),
          ]),
        ),
      ]),
    );
    expect(parts).toEqual({
      SplitImportRole: { Get: ["uploads/*", "work/*"], Put: ["work/*"], Del: ["work/*"] },
      ImportBatchRole: { Get: ["work/*", "results/*"], Put: ["results/*"], Del: [] },
      FinishImportRole: {
        Get: ["work/*", "results/*"],
        Put: ["refused/*"],
        Del: ["work/*", "results/*", "uploads/*"],
      },
      ImportRunRole: { Get: ["results/*"], Put: ["results/*"], Del: [] },
    });
  });

  test("of the split and the end touch the import's own item alone", () => {
    const own = ["GetItem import", "PutItem import"];
    expect(ledgerCalls(made.SplitImportRole)).toEqual(own);
    expect(ledgerCalls(made.FinishImportRole)).toEqual(own);
  });

  test("of a batch covers its transactions, all of them inside of one", () => {
    const now = new Date("2026-11-27T12:00:00Z");
    const candidate: Candidate = {
      source: "shop",
      legacyId: "1",
      legacyKey: "1",
      platformUsername: "ada@example.org",
      identifiers: ["ada@example.org"],
    };
    const row: LedgerUser = {
      ...candidate,
      identifiers: ["old@example.org"],
      legacyKey: "0",
      state: "imported",
      vaulted: true,
      version: 1,
      since: now.toISOString(),
    };
    const sealed = { data: new Uint8Array(1), key: new Uint8Array(1) } as never;
    const calls = (before: LedgerUser | undefined, transition: Transition): readonly string[] => {
      if (transition.kind !== "to") throw new Error(`no change: ${transition.kind}`);
      const { after, event } = transition;
      const { vaulted, totp } = after;
      const sealing = { ...(vaulted ? { vault: sealed } : {}), ...(totp ? { totp: sealed } : {}) };
      return changeTransaction("t", { before, after, event, history: "h", marks: [], ...sealing }, 3).actions.flatMap(
        (action) =>
          Object.entries(action).map(([kind, { Item, Key }]) => {
            const pk: string = (Item ?? Key).pk.S;
            return `${kind === "Update" ? "UpdateItem" : `${kind}Item`} ${pk.split("#")[0]}`;
          }),
      );
    };
    const placing: LedgerUser = { ...row, ...candidate, state: "placing" };
    const needed = [
      ...calls(undefined, onImport(undefined, { ...candidate, totp: true }, now)),
      ...calls(row, onImport(row, candidate, now)),
      ...calls(row, onPlacing(row, candidate, false, now)),
      ...calls(placing, onPlaced(placing, "pool#sub", now)),
      ...calls({ ...placing, platformId: "pool#other" }, onPlaced(placing, "pool#sub", now)),
      ...calls(placing, onNotPlaced(placing, now)),
    ];
    const allowed = ledgerCalls(made.ImportBatchRole);
    expect(allowed).toEqual(expect.arrayContaining([...new Set(needed)]));
    const reads = ["BatchGetItem user", "GetItem totp", "GetItem vault"];
    expect(allowed.filter((call) => !needed.includes(call)).sort()).toEqual(reads);
  });

  test("of a batch seals and opens what is this table's, and places users in the pool", () => {
    expect(statementsOf(made.ImportBatchRole)).toContainEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: vaultKey,
      Condition: { StringEquals: { "kms:EncryptionContext:samekey-table": { Ref: "Ledger" } } },
    });
    const actions = otherActions(made.ImportBatchRole);
    expect(actions).toContain("cognito-idp:AdminCreateUser");
    expect(actions).not.toContain("cognito-idp:AdminAddUserToGroup");
    expect(otherActions(resourcesOf({}, true).ImportBatchRole)).toContain("cognito-idp:AdminAddUserToGroup");
    expect(actions.filter((one) => /\*|Delete(?!User)|secrets/.test(one))).toEqual([]);
  });

  test("of the machine calls its three functions and itself, and is for Step Functions in this account", () => {
    const [invoke, start] = ["lambda:InvokeFunction", "states:StartExecution"].map((action) =>
      statementsOf(made.ImportRunRole).find(({ Action }) => Action.includes(action)),
    );
    expect(JSON.stringify(invoke?.Resource).match(/\w+LambdaFunction/g)).toEqual([
      "SplitImportLambdaFunction",
      "ImportBatchLambdaFunction",
      "FinishImportLambdaFunction",
    ]);
    expect(JSON.stringify(start?.Resource)).toMatch(/:stateMachine:samekey-dev-import-run"/);
    expect(made.ImportRun?.Properties.StateMachineName).toBe("samekey-dev-import-run");
    expect(made.ImportRunRole?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "states.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
      },
    ]);
    expect(otherActions(made.ImportUploadRole)).toEqual(["states:StartExecution"]);
  });
});
