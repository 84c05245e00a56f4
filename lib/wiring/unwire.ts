import { revoke } from "./permissions.ts";
import { planUnwiring } from "./plan.ts";
import { readPool, updatePool } from "./pool.ts";
import { readRecord, recordFile, removeRecord } from "./record.ts";
import { describeUnwiring } from "./report.ts";
import type { WireServices } from "./wire.ts";

export interface UnwireOptions {
  readonly userPoolId: string;
  /** Changes nothing. */
  readonly dryRun: boolean;
}

export type UnwireServices = Omit<WireServices, "migration" | "now">;

/**
 * Gives a wired pool its former triggers back, as `wire` recorded them.
 * @returns the process's exit code: 1 when there is no record or the pool is not as it was to be.
 */
export async function unwire({ userPoolId, dryRun }: UnwireOptions, services: UnwireServices): Promise<number> {
  const { cognito, lambda, folder, print } = services;
  const record = await readRecord(folder, userPoolId);
  if (record === undefined) {
    print(`There is no ${recordFile(folder, userPoolId)}: \`wire\` wrote it in the clone that it ran in.`);
    print('What it printed under "What the pool was" can be written there again.');
    return 1;
  }
  const { pool } = await readPool(cognito, userPoolId);
  const plan = planUnwiring(pool, record);
  print(`User pool ${userPoolId} (${pool.Name ?? "no name"})\n`);
  print(`${describeUnwiring(plan, record.granted)}\n`);
  if (dryRun) {
    print("Nothing was changed: this was a dry run.");
    return 0;
  }
  // The pool first: a pool that may no longer call its trigger lets nobody in.
  const wrong = plan.changesPool ? await updatePool(cognito, pool, plan.settings) : [];
  for (const functionArn of record.granted) await revoke(lambda, functionArn, userPoolId);
  if (wrong.length > 0) {
    print(`The triggers were given back, but these settings are not what they were: ${wrong.join(", ")}.`);
    return 1;
  }
  await removeRecord(folder, userPoolId);
  print("The pool is as it was, but for custom:legacy_id and the users who have moved.");
  return 0;
}
