import { changeRow } from "./change-row.ts";
import type { Ledger, LedgerUser } from "./ports.ts";
import { onClaim, onRelease } from "./transitions.ts";

export interface RelinkServices {
  readonly ledger: Ledger;
  readonly now: () => Date;
}

/** `freed`: nobody has it now, since whom it is for has no row yet: the next sign-in takes it. */
export type Relinked = "linked" | "freed" | "conflict" | "erased";

/**
 * Takes an identifier from whoever has it and gives it to another user: two changes, each of one row. Between them it is
 * nobody's, and a repeated command ends what a fault has left.
 */
export async function relink(
  identifier: string,
  holder: LedgerUser | undefined,
  other: LedgerUser | undefined,
  { ledger, now }: RelinkServices,
  signal: AbortSignal,
): Promise<Relinked> {
  if (holder !== undefined) {
    const freed = await changeRow(holder, (row) => onRelease(row ?? holder, identifier, now()), {}, ledger, signal);
    if (freed.kind === "conflict" || freed.kind === "erased") return freed.kind;
  }
  if (other === undefined) return "freed";
  const linked = await changeRow(other, (row) => onClaim(row ?? other, identifier, now()), {}, ledger, signal);
  return linked.kind === "conflict" || linked.kind === "erased" ? linked.kind : "linked";
}
