import { MigrationError } from "./errors.ts";
import type { Ledger, LedgerUser } from "./ports.ts";
import type { Transition } from "./transitions.ts";
import type { SealedUser } from "./vault-ports.ts";

/** What goes into a row's sealed items. Each is sealed when it is first needed. */
export interface Sealing {
  vault?(): Promise<SealedUser>;
  totp?(): Promise<SealedUser>;
}

export type Changed =
  | { readonly kind: "done"; readonly row: LedgerUser }
  /** The row is in a state that the change has nothing to do with. */
  | { readonly kind: "stayed"; readonly row: LedgerUser }
  /** The row, or an identifier, is another user's. */
  | { readonly kind: "conflict" }
  /** The user, or whoever had an identifier, was erased. */
  | { readonly kind: "erased" };

const maxRaces = 4;

/**
 * Changes a row as `decide` says, and decides anew on what stands there where somebody else was faster.
 * @param before What is believed to stand there; the write itself tells where that is wrong.
 * @throws MigrationError LEDGER_UNAVAILABLE
 */
export async function changeRow(
  before: LedgerUser | undefined,
  decide: (row: LedgerUser | undefined) => Transition,
  sealing: Sealing,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<Changed> {
  let current = before;
  let vault: SealedUser | undefined;
  let totp: SealedUser | undefined;
  for (let race = 0; race < maxRaces; race++) {
    const transition = decide(current);
    if (transition.kind === "denied") return { kind: transition.reason === "erased" ? "erased" : "conflict" };
    if (transition.kind === "stay") {
      if (current === undefined) throw new MigrationError("LEDGER_DAMAGED", "a row that is not there cannot stay");
      return { kind: "stayed", row: current };
    }
    const { after, event } = transition;
    vault ??= after.vaulted === true ? await sealing.vault?.() : undefined;
    totp ??= after.totp === true ? await sealing.totp?.() : undefined;
    const sealed = { ...(vault === undefined ? {} : { vault }), ...(totp === undefined ? {} : { totp }) };
    const answer = await ledger.change({ before: current, after, event, ...sealed }, signal);
    if (answer.kind === "done") return { kind: "done", row: answer.user };
    if (answer.kind !== "changed") return { kind: answer.kind };
    current = answer.current;
  }
  throw new MigrationError("LEDGER_UNAVAILABLE", `the row changed ${maxRaces} times while one change was written`);
}
