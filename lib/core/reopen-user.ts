import type { Accounts } from "./accounts.ts";
import { changeRow } from "./change-row.ts";
import type { Ledger, LedgerUser } from "./ports.ts";
import { onReopen } from "./transitions.ts";

export interface ReopenServices {
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly now: () => Date;
}

/** `there`: the platform still has the user, so that a second one would be made. `stayed`: he has not moved. */
export type Reopened = "reopened" | "there" | "stayed" | "blocked" | "erased";

/** Lets a user migrate again who was deleted on the platform. */
export async function reopenUser(row: LedgerUser, services: ReopenServices, signal: AbortSignal): Promise<Reopened> {
  const { ledger, accounts, now } = services;
  if (row.state === "blocked") return "blocked";
  if (row.state !== "migrated") return "stayed";
  if ((await accounts.find(row, signal)).kind === "found") return "there";
  const changed = await changeRow(row, (one) => onReopen(one ?? row, now()), {}, ledger, signal);
  if (changed.kind === "erased") return "erased";
  if (changed.kind === "conflict") return "blocked";
  return changed.kind === "done" ? "reopened" : "stayed";
}
