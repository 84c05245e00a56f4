import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Migration } from "../config/define-migration.ts";
import { readClients } from "./clients.ts";
import { cloudFormationOf } from "./cloudformation.ts";
import { findCollisions } from "./collisions.ts";
import { type CallingPool, grant, readPermissions } from "./permissions.ts";
import { planWiring, type WirePlan } from "./plan.ts";
import { addLegacyId, readPool, updatePool } from "./pool.ts";
import { checkClients, checkMutable, checkPlan, checkPool, type Finding } from "./preflight.ts";
import { reasonOf } from "./reason.ts";
import { readRecord, recordFile, saveRecord, type WireRecord } from "./record.ts";
import { describeCollisions, describeFindings, describeWiring } from "./report.ts";
import { functionsOf, type TriggerName } from "./triggers.ts";

export interface WireOptions {
  readonly userPoolId: string;
  /** `<service>-<stage>`: what the names of the deployed functions begin with. */
  readonly stack: string;
  /** Takes over slots that have another function. */
  readonly replace: boolean;
  /** Changes nothing. */
  readonly dryRun: boolean;
  /** How many users of the pool are looked up in the legacy stores; 0 asks none. */
  readonly checkUsers: number;
}

export interface WireServices {
  readonly cognito: CognitoIdentityProviderClient;
  readonly lambda: LambdaClient;
  readonly migration: Pick<Migration, "sources" | "userNames" | "usernameCase">;
  /** Where the record of the wiring is kept. */
  readonly folder: string;
  readonly now: () => Date;
  readonly print: (text: string) => void;
}

/**
 * Gives a pool that is there Samekey's triggers.
 * @returns the process's exit code: 1 when something stands in the way or the pool is not as it was to be.
 */
export async function wire(options: WireOptions, services: WireServices): Promise<number> {
  const { cognito, lambda, migration, print } = services;
  const { userPoolId, dryRun } = options;
  const { pool, arn, place } = await readPool(cognito, userPoolId);
  const caller: CallingPool = { userPoolId, arn, account: place.account };
  const functions = functionsOf(options.stack, place);
  const plan = planWiring(pool, functions, options);
  const permissions = await readPermissions(lambda, functions, caller);

  const findings = [
    ...checkPlan(plan, permissions),
    ...checkPool(pool, migration),
    ...checkClients(await readClients(cognito, userPoolId), plan),
    ...checkMutable(plan),
    ...(await checkUsers(options, services)),
  ];
  print(`User pool ${userPoolId} (${pool.Name ?? "no name"})\n`);
  print(`${describeWiring(plan, permissions)}\n`);
  print(`${describeFindings(findings)}\n`);
  if (dryRun) {
    print(`The same as CloudFormation, for a pool that is kept in a template:\n`);
    print(cloudFormationOf(pool, plan, functions));
  }
  if (findings.some(({ level }) => level === "stop")) {
    print("Nothing was changed: see STOP above.");
    return 1;
  }
  if (dryRun) {
    print("Nothing was changed: this was a dry run.");
    return 0;
  }

  const missing = permissions.filter(({ state }) => state === "missing").map(({ functionArn }) => functionArn);
  await record(plan, missing, options, services);
  for (const functionArn of missing) await grant(lambda, functionArn, caller);
  if (plan.legacyId === "add") await addLegacyId(cognito, userPoolId);
  const wrong = plan.changesPool ? await updatePool(cognito, pool, plan.settings) : [];
  if (wrong.length > 0) {
    print(`The pool took the triggers, but these settings are not what they were: ${wrong.join(", ")}.`);
    print("Look at them now; `unwire` gives the triggers back.");
    return 1;
  }
  print("The pool is wired. Infrastructure code that keeps this pool undoes it at its next deployment, unless it says");
  print("the same: --dry-run prints it as CloudFormation.");
  return 0;
}

async function checkUsers(
  { checkUsers: limit, userPoolId }: WireOptions,
  { cognito, migration }: WireServices,
): Promise<readonly Finding[]> {
  if (limit === 0) return [];
  try {
    const finding = describeCollisions(await findCollisions(cognito, userPoolId, migration, limit));
    return finding === undefined ? [] : [finding];
  } catch (error) {
    const text = `Whether the pool's users collide with legacy users is not known: ${reasonOf(error)}`;
    return [{ level: "warn", about: "users", text }];
  }
}

/** Saves what the pool was, before anything is changed. A second wiring keeps what the first one found. */
async function record(
  plan: WirePlan,
  missing: readonly string[],
  { userPoolId }: WireOptions,
  { folder, now, print }: WireServices,
): Promise<void> {
  const earlier = await readRecord(folder, userPoolId);
  const found = new Map<TriggerName, string>();
  for (const { trigger, kind, before } of plan.triggers) {
    // A slot that an earlier wiring took has Samekey's own function now, not the former one.
    if (kind === "replace" && before !== undefined && before !== earlier?.wired.triggers[trigger]) {
      found.set(trigger, before);
    }
  }
  const next: WireRecord = {
    version: 1,
    userPoolId,
    savedAt: now().toISOString(),
    former: {
      triggers: { ...Object.fromEntries(found), ...earlier?.former.triggers },
      verify: earlier?.former.verify ?? plan.verifyBefore,
    },
    wired: {
      triggers: Object.fromEntries(plan.triggers.map(({ trigger, after }) => [trigger, after])),
      verify: plan.verifyAfter,
    },
    granted: [...new Set([...(earlier?.granted ?? []), ...missing])],
  };
  await saveRecord(folder, next);
  print(`What the pool was is kept in ${recordFile(folder, userPoolId)}, for \`unwire\`:`);
  print(`${JSON.stringify(next.former, undefined, 2)}\n`);
}
