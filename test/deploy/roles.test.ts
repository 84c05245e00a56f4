import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { LedgerUser } from "../../lib/core/ports.ts";
import {
  onDrift,
  onForgottenPassword,
  onLink,
  onProof,
  onReset,
  onRightPassword,
  type Transition,
} from "../../lib/core/transitions.ts";
import { entryTransaction } from "../../lib/ledger/shadow-log.ts";
import { changeTransaction } from "../../lib/ledger/transaction.ts";
import { root } from "./packaged.ts";
import { ledgerCalls, otherActions, statementsOf } from "./policies.ts";
import { configFacts, roles } from "./role-setting.ts";

const reads = (call: string, ...kinds: readonly string[]) => kinds.map((kind) => `${call} ${kind}`);
const completion = [
  ...reads("GetItem", "user", "platform", "legacy"),
  ...reads("BatchGetItem", "platform", "legacy"),
  ...reads("PutItem", "user", "platform", "audit"),
  "UpdateItem count",
].sort();

/** What each function may do with the ledger; lib/core and lib/ledger are where these calls come from. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  UserMigrationRole: [
    ...reads("GetItem", "user", "identifier"),
    ...reads("PutItem", "user", "identifier", "legacy", "audit", "attempt", "circuit"),
    ...reads("DeleteItem", "identifier", "legacy"),
    "UpdateItem count",
  ].sort(),
  PreAuthenticationRole: [
    ...reads("GetItem", "user", "identifier", "platform", "legacy"),
    ...reads("BatchGetItem", "identifier", "platform", "legacy"),
  ].sort(),
  PostAuthenticationRole: completion,
  PostConfirmationRole: completion,
  PreSignUpRole: [...reads("GetItem", "user", "identifier"), "PutItem attempt"].sort(),
};
const linking = [
  ...(allowed.PreSignUpRole ?? []),
  ...reads("PutItem", "user", "identifier", "legacy", "platform", "audit"),
  ...reads("DeleteItem", "identifier", "legacy", "platform"),
  "UpdateItem count",
].sort();

const now = new Date("2026-11-22T12:00:00Z");
const candidate = {
  source: "postgres",
  legacyId: "1001",
  legacyKey: "1001",
  platformUsername: "ada",
  identifiers: ["ada", "ada@example.org"],
};
const migrated: LedgerUser = {
  ...candidate,
  state: "migrated",
  version: 2,
  since: now.toISOString(),
  fingerprint: "old.enabled",
};
const imported: LedgerUser = {
  ...candidate,
  legacyKey: "postgres/1001",
  identifiers: ["ada", "ada@former.example"],
  state: "imported",
  version: 1,
  since: now.toISOString(),
};

/** The calls that a transition's transaction is authorised as. */
function callsOf(before: LedgerUser | undefined, transition: Transition): readonly string[] {
  if (transition.kind !== "to") throw new Error(`no change: ${transition.kind}`);
  return authorisedAs(
    changeTransaction("t", { before, after: transition.after, event: transition.event, history: "h", marks: [] }, 3)
      .actions,
  );
}

function authorisedAs(actions: readonly TransactWriteItem[]): readonly string[] {
  return actions.map(({ Put, Update, Delete }) => {
    const call = Put ? "PutItem" : Update ? "UpdateItem" : "DeleteItem";
    const pk = (Put?.Item ?? Update?.Key ?? Delete?.Key)?.pk?.S ?? "";
    return `${call} ${pk.slice(0, pk.indexOf("#"))}`;
  });
}

describe("on the ledger", () => {
  for (const [name, calls] of Object.entries(allowed)) {
    test(`${name} allows the calls of its function and no others`, () => {
      expect(ledgerCalls(roles()[name])).toEqual(calls);
    });
  }

  test("every call is on this table alone, and every write inside of a transaction", () => {
    for (const role of Object.values(roles({ federated: "link" }))) {
      for (const { Action, Resource, Condition } of statementsOf(role)) {
        if (!Action.some((action) => action.startsWith("dynamodb:"))) continue;
        expect(Resource).toEqual({ "Fn::GetAtt": ["Ledger", "Arn"] });
        const [kind] = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? [];
        // An attempt is counted by itself.
        const writes = kind !== "attempt#*" && Action.some((action) => /Put|Update|Delete/.test(action));
        const enclosing = Condition?.["ForAnyValue:StringEquals"]?.["dynamodb:EnclosingOperation"];
        expect(enclosing).toEqual(writes ? ["TransactWriteItems"] : undefined);
      }
    }
  });

  test("attempts are counted where the config throttles, and their items are never read, updated or taken out", () => {
    const off = roles({ throttles: false, hasCircuit: false });
    const counts = (calls: readonly string[]) => calls.filter((call) => /attempt|circuit/.test(call));
    for (const [name, role] of Object.entries(off)) expect(counts(ledgerCalls(role)), name).toEqual([]);
    expect(counts(ledgerCalls(roles({ hasCircuit: false }).UserMigrationRole))).toEqual(["PutItem attempt"]);
    for (const [name, role] of Object.entries(roles())) {
      const counting = {
        UserMigrationRole: ["PutItem attempt", "PutItem circuit"],
        PreSignUpRole: ["PutItem attempt"],
      };
      expect(counts(ledgerCalls(role)), name).toEqual(new Map(Object.entries(counting)).get(name) ?? []);
    }
  });

  test("the gate writes down what has changed in the legacy store only where it looks for it", () => {
    const watched = roles({ gateAsks: true, drift: "platform-wins" }).PreAuthenticationRole;
    const noted = callsOf(migrated, onDrift(migrated, "new.enabled", "reset", now));
    expect(noted).toEqual(["PutItem user", "PutItem audit"]);
    expect(ledgerCalls(watched)).toEqual([...(allowed.PreAuthenticationRole ?? []), ...noted].sort());
    for (const facts of [{ gateAsks: true }, { drift: "reset" } as const]) {
      expect(ledgerCalls(roles(facts).PreAuthenticationRole)).toEqual(allowed.PreAuthenticationRole);
    }
  });

  test("the stream's role covers its transaction where a drift ends passwords, and has nothing of the ledger elsewhere", () => {
    const ended = callsOf(migrated, onReset({ ...migrated, mustReset: true }, now));
    const resetting = roles({ hasStreamWork: true, drift: "reset" }).LedgerStreamRole;
    const following = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map(
      (call) => `${call} ANYTHING`,
    );
    expect(ledgerCalls(resetting)).toEqual([...following, ...reads("GetItem", "user", "legacy"), ...ended].sort());
    expect(ledgerCalls(roles({ hasStreamWork: true }).LedgerStreamRole)).toEqual(following);
  });

  test("the migration's role covers its transactions: first and later sign-ins, changed names, forgotten passwords", () => {
    const calls = [
      callsOf(undefined, onRightPassword(undefined, candidate, now)),
      callsOf(imported, onRightPassword(imported, candidate, now)),
      callsOf(undefined, onForgottenPassword(undefined, candidate, now)),
    ].flat();
    expect(allowed.UserMigrationRole).toEqual(expect.arrayContaining(calls));
    expect(calls).toContain("DeleteItem legacy");
  });

  test("the completions' roles cover their transaction", () => {
    const verified: LedgerUser = { ...imported, state: "verified" };
    expect(completion).toEqual(expect.arrayContaining([...callsOf(verified, onProof(verified, "pool#sub", now))]));
  });

  test("the sign-up guard writes only where federated users are linked", () => {
    const role = roles({ federated: "link" }).PreSignUpRole;
    expect(ledgerCalls(role)).toEqual(linking);
    const calls = [
      callsOf(undefined, onLink(undefined, candidate, "pool#Google_1", now)),
      callsOf(imported, onLink(imported, candidate, "pool#Google_1", now)),
    ].flat();
    expect(linking).toEqual(expect.arrayContaining(calls));
    expect(ledgerCalls(roles({ federated: "allow" }).PreSignUpRole)).toEqual(allowed.PreSignUpRole);
  });
});

describe("on the ledger, in a shadow run", () => {
  const shadowing = [...reads("GetItem", "user", "identifier"), "PutItem shadow", "UpdateItem shadow"].sort();

  test("the migration reads the ledger and writes the run's own items: it could move nobody", () => {
    expect(ledgerCalls(roles({ mode: "shadow" }).UserMigrationRole)).toEqual(shadowing);
  });

  test("the migration's role covers what the run writes", () => {
    const concerns = { source: "postgres", legacyId: "1001" };
    const entry = { request: "sign-in", told: "accepted", would: "disabled", concerns, at: now } as const;
    const calls = authorisedAs(entryTransaction("t", entry, 3).TransactItems);
    expect([...calls].sort()).toEqual(["PutItem shadow", "UpdateItem shadow"]);
  });

  test("the deployment takes the mode from the config", async () => {
    expect(await configFacts("demo")).toMatchObject({ mode: "migrate" });
  });

  test("no other role changes, and no role of a migration may touch the run's items", () => {
    const [migrating, shadowed] = [roles(), roles({ mode: "shadow" })];
    for (const name of Object.keys(allowed).filter((one) => one !== "UserMigrationRole")) {
      expect(shadowed[name]).toEqual(migrating[name]);
    }
    expect(JSON.stringify(roles({ federated: "link" }))).not.toContain("shadow");
  });
});

describe("beside the ledger", () => {
  const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];

  test("every function writes its own log, and those that ask a source read the named secret", () => {
    const asking = [...logs, "secretsmanager:GetSecretValue"];
    const found = Object.fromEntries(Object.entries(roles()).map(([name, role]) => [name, otherActions(role)]));
    expect(found).toEqual({
      UserMigrationRole: asking,
      PreSignUpRole: asking,
      PreAuthenticationRole: logs,
      PostAuthenticationRole: logs,
      PostConfirmationRole: logs,
    });
    expect(JSON.stringify(statementsOf(roles().PreSignUpRole)[0]?.Resource)).toContain(
      "log-group:/aws/lambda/samekey-dev-preSignUp:*",
    );
  });

  test("the gate reads the secret only where it asks the source", () => {
    expect(otherActions(roles({ gateAsks: true }).PreAuthenticationRole)).toContain("secretsmanager:GetSecretValue");
  });

  test("a secret's own key decrypts through Secrets Manager alone", () => {
    const role = roles({}, { secretsKey: "arn:aws:kms:key" }).UserMigrationRole;
    const decrypt = statementsOf(role).find(({ Action }) => Action.includes("kms:Decrypt"));
    expect(decrypt).toMatchObject({ Resource: "arn:aws:kms:key" });
    expect(JSON.stringify(decrypt?.Condition)).toContain("kms:ViaService");
    expect(otherActions(roles({}, { secretsKey: "arn:aws:kms:key" }).PostAuthenticationRole)).toEqual(logs);
  });

  test("Lambda may attach a function to the VPC, the function itself may not", () => {
    const statements = statementsOf(roles({}, { inVpc: true }).UserMigrationRole);
    const ec2 = statements.filter(({ Action }) => Action.includes("ec2:CreateNetworkInterface"));
    expect(ec2.map(({ Effect }) => Effect)).toEqual(["Allow", "Deny"]);
    expect(JSON.stringify(ec2[1]?.Condition)).toContain("function:samekey-dev-userMigration");
    expect(otherActions(roles({}, { inVpc: true }).PostAuthenticationRole)).toEqual(logs);
  });
});

describe("the stack's policy", () => {
  test("lets no deployment replace or remove a pool or a ledger", async () => {
    const { provider } = parse(await readFile(join(root, "serverless.yml"), "utf8"), { logLevel: "error" });
    expect(provider.stackPolicy).toContainEqual({
      Effect: "Deny",
      Principal: "*",
      Action: ["Update:Replace", "Update:Delete"],
      Resource: "*",
      Condition: { StringEquals: { ResourceType: ["AWS::DynamoDB::Table", "AWS::Cognito::UserPool"] } },
    });
  });

  test("lets only the functions that ask the legacy side ask other functions, pools and tables, and only the named ones", () => {
    const asks = { functions: ["arn:f"], userPools: ["arn:p"], tables: ["arn:t"], roles: ["arn:r"] };
    const made = roles({}, { asks });
    const added = [
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: ["arn:f"] },
      {
        Effect: "Allow",
        Action: ["cognito-idp:AdminGetUser", "cognito-idp:AdminInitiateAuth", "cognito-idp:ListUsers"],
        Resource: ["arn:p"],
      },
      { Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn:t"] },
      { Effect: "Allow", Action: ["dynamodb:Query"], Resource: ["arn:t", "arn:t/index/*"] },
      { Effect: "Allow", Action: ["sts:AssumeRole"], Resource: ["arn:r"] },
    ];
    const statements = (name: string) => JSON.stringify(made[name]);
    for (const statement of added) {
      expect(statements("UserMigrationRole")).toContain(JSON.stringify(statement));
      expect(statements("PreSignUpRole")).toContain(JSON.stringify(statement));
      expect(statements("PostAuthenticationRole")).not.toContain(JSON.stringify(statement));
      expect(statements("PreAuthenticationRole")).not.toContain(JSON.stringify(statement));
    }
    // Nothing more on the legacy table: no trigger lists or changes it.
    expect(JSON.stringify(made).match(/"[^"]*:[A-Za-z]+"\],"Resource":\["arn:t/g)).toHaveLength(4);
  });
});
