import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUserGlobalSignOutCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { changeRow } from "../../../lib/core/change-row.ts";
import type { LedgerUser } from "../../../lib/core/ports.ts";
import { onBlock, onUnblock, type Transition } from "../../../lib/core/transitions.ts";
import { openLedger } from "../../../lib/ledger/ledger.ts";
import type { Process } from "./process.ts";
import { withDeadline } from "./triggers.ts";
import { type Person, people, type World } from "./world.ts";

/** A command of an operator, in a process of its own. May be given again, and then ends what was begun. */
export type OperatorCommand = (world: World, process: Process, person: Person) => Promise<void>;

/**
 * Every command that the suite gives: one that is added here is drawn, retried and crashed like the others. What it may
 * do to a row stands in `allowedChanges` (invariants.ts). Erasures meet everything else in ../interleavings.ts and
 * ../vault-interleavings.ts.
 */
export const operatorCommands = {
  block: async (world, process, person) => {
    if (!(await change(world, process, person, onBlock))) return;
    await onPlatform(world, process, person, [AdminDisableUserCommand, AdminUserGlobalSignOutCommand]);
  },
  unblock: async (world, process, person) => {
    if (!(await change(world, process, person, onUnblock))) return;
    await onPlatform(world, process, person, [AdminEnableUserCommand]);
  },
} as const satisfies Readonly<Record<string, OperatorCommand>>;

export type OperatorCommandName = keyof typeof operatorCommands;

/** @returns whether the row is now as the command wants it. */
async function change(
  world: World,
  { dynamo }: Process,
  person: Person,
  decide: (row: LedgerUser, now: Date) => Transition,
): Promise<boolean> {
  const ledger = openLedger({ table: world.bench.table, client: dynamo });
  return withDeadline(async ({ signal }) => {
    const row = await ledger.find([{ kind: "legacy", value: `${person}` }], signal);
    if (row === undefined) return false;
    const changed = await changeRow(row, (one) => decide(one ?? row, new Date()), {}, ledger, signal);
    return changed.kind !== "conflict";
  });
}

type UserCommand = new (input: { UserPoolId: string; Username: string }) => unknown;

async function onPlatform(
  { poolId }: World,
  { cognito }: Process,
  person: Person,
  commands: readonly UserCommand[],
): Promise<void> {
  for (const Command of commands) {
    const command = new Command({ UserPoolId: poolId, Username: people[person] });
    try {
      await cognito.send(command as never);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "UserNotFoundException") throw error;
    }
  }
}
