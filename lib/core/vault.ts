import { MigrationError } from "./errors.ts";
import type { IdentifierRules } from "./identifier.ts";
import { identifiersOf } from "./legacy-users.ts";
import type { DeniedReason } from "./outcome.ts";
import type { Ledger, LedgerUser, Lookup } from "./ports.ts";
import { refusalOf } from "./transitions.ts";
import type { LegacyUser } from "./user.ts";
import type { Vault } from "./vault-ports.ts";

/** The user of a vaulted row, that it is the legacy store who knows what was typed, or why there is none any more. */
export type Vaulted =
  | { readonly kind: "user"; readonly user: LegacyUser }
  | { readonly kind: "elsewhere" }
  | { readonly kind: "denied"; readonly reason: DeniedReason };

export interface VaultServices {
  readonly ledger: Ledger;
  /** Absent where the config has none. */
  readonly vault?: Vault | undefined;
  readonly identifiers: IdentifierRules;
}

/**
 * The user as the import brought him, instead of the legacy store's: that may be switched off, or have moved on.
 * @throws MigrationError CONFIG_INVALID where the config has no vault, LEDGER_DAMAGED where the item that the row promises
 * is not there, and what the vault throws.
 */
export async function readVaulted(
  row: LedgerUser,
  lookup: Lookup,
  asks: "sign-in" | "look-up",
  services: VaultServices,
  signal: AbortSignal,
): Promise<Vaulted> {
  if (services.vault === undefined) {
    // To ask the legacy store instead would let in by a password that the import may have replaced.
    throw new MigrationError("CONFIG_INVALID", "vault: missing in migration.config.ts, and the ledger has users in it");
  }
  const user = await services.vault.read(row, signal);
  if (user === undefined) return whyGone(lookup, asks, services, signal);
  // A sign-in by what the legacy store has newer gave it to the row: that store is asked again.
  if (!identifiersOf(user, services.identifiers).includes(lookup.canonical)) return { kind: "elsewhere" };
  return { kind: "user", user };
}

/** The item goes when the user is proved or erased, which another event may have done between both reads. */
async function whyGone(
  lookup: Lookup,
  asks: "sign-in" | "look-up",
  { ledger }: VaultServices,
  signal: AbortSignal,
): Promise<Vaulted> {
  const row = await ledger.find([{ kind: "identifier", value: lookup.canonical }], signal);
  const reason = row === undefined ? "unknown-user" : refusalOf(row, asks);
  if (reason !== undefined) return { kind: "denied", reason };
  throw new MigrationError("LEDGER_DAMAGED", "a row says that the vault has its user, and the vault has no such item");
}
