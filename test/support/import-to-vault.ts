import { changeRow } from "../../lib/core/change-row.ts";
import type { IdentifierRules } from "../../lib/core/identifier.ts";
import { identifiersOf } from "../../lib/core/legacy-users.ts";
import type { Ledger } from "../../lib/core/ports.ts";
import { onImport } from "../../lib/core/transitions.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import type { VaultWriter } from "../../lib/core/vault-ports.ts";

interface Services {
  readonly ledger: Ledger;
  readonly vault: VaultWriter;
  readonly identifiers: IdentifierRules;
  readonly now: () => Date;
}

/** The vault's way of an import, for a user of any stored password and under any legacy key. */
export async function importToVault(
  user: LegacyUser,
  legacyKey: string,
  { ledger, vault, identifiers, now }: Services,
  signal: AbortSignal,
): Promise<"vaulted" | "passed-over" | "conflict" | "erased"> {
  const candidate = {
    source: user.source,
    legacyId: user.id,
    legacyKey,
    identifiers: identifiersOf(user, identifiers),
  };
  const before = await ledger.find([{ kind: "legacy", value: legacyKey, living: true }], signal);
  const sealing = { vault: () => vault.seal(user, signal) };
  const changed = await changeRow(before, (row) => onImport(row, candidate, now()), sealing, ledger, signal);
  return changed.kind === "done" ? "vaulted" : changed.kind === "stayed" ? "passed-over" : changed.kind;
}
