import type { Account, Accounts } from "./accounts.ts";
import { changeRow } from "./change-row.ts";
import type { Ledger, LedgerUser } from "./ports.ts";
import { onBlock, onUnblock } from "./transitions.ts";

export interface BlockServices {
  readonly ledger: Ledger;
  /** Absent where no place on the platform is known: the ledger alone is changed. */
  readonly accounts?: Accounts | undefined;
  readonly now: () => Date;
}

export interface Blocked {
  /** `stayed`: it was so already. */
  readonly ledger: "done" | "stayed" | "erased";
  /** What became of the account: `absent` and `foreign` as `Accounts.find` says, `unknown` without a place. */
  readonly account: "done" | "absent" | "foreign" | "unknown";
}

/**
 * Stops a user: in the ledger first, where the gate and the migration look, then on the platform. A fault of the
 * platform leaves the first part done, and doing it again does the rest.
 */
export async function blockUser(row: LedgerUser, services: BlockServices, signal: AbortSignal): Promise<Blocked> {
  const { ledger, accounts, now } = services;
  const changed = await changeRow(row, (one) => onBlock(one ?? row, now()), {}, ledger, signal);
  if (changed.kind === "erased" || changed.kind === "conflict") return { ledger: "erased", account: "unknown" };
  const account = await onAccount(changed.row, accounts, signal, (found, at) => shutOut(found, at, signal));
  return { ledger: changed.kind, account };
}

/** Lets a blocked user in again: on the platform first, since the gate still stands. */
export async function unblockUser(row: LedgerUser, services: BlockServices, signal: AbortSignal): Promise<Blocked> {
  const { ledger, accounts, now } = services;
  if (row.state !== "blocked") return { ledger: "stayed", account: "unknown" };
  const account = await onAccount(row, accounts, signal, (found, at) => at.enable(found, signal));
  const changed = await changeRow(row, (one) => onUnblock(one ?? row, now()), {}, ledger, signal);
  if (changed.kind === "erased" || changed.kind === "conflict") return { ledger: "erased", account };
  return { ledger: changed.kind, account };
}

/** Disables an account and ends its sessions. */
export async function shutOut(account: Account, accounts: Accounts, signal: AbortSignal): Promise<void> {
  await accounts.disable(account, signal);
  await accounts.signOut(account, signal);
}

async function onAccount(
  row: LedgerUser,
  accounts: Accounts | undefined,
  signal: AbortSignal,
  act: (account: Account, accounts: Accounts) => Promise<void>,
): Promise<Blocked["account"]> {
  if (accounts === undefined) return "unknown";
  const found = await accounts.find(row, signal);
  if (found.kind !== "found") return found.kind;
  await act(found.account, accounts);
  return "done";
}
