import { MigrationError } from "./errors.ts";
import type { IdentifierRules } from "./identifier.ts";
import { identifiersOf } from "./legacy-users.ts";
import type { DeniedReason } from "./outcome.ts";
import type { Ledger, LedgerUser, Lookup, SealedUser, Vault, VaultWriter } from "./ports.ts";
import { onImport, refusalOf } from "./transitions.ts";
import type { LegacyUser } from "./user.ts";

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

export interface VaultImportServices {
  readonly ledger: Ledger;
  readonly vault: VaultWriter;
  readonly identifiers: IdentifierRules;
  readonly now: () => Date;
}

const maxRaces = 3;

/**
 * Keeps an imported user in the vault until the first sign-in: the row and its item are made, or made anew, in one
 * transaction.
 * @param legacyKey What the platform shall keep as the legacy id (lib/core/sign-in.ts).
 * @returns "passed-over" for a user who is further than `imported`, "conflict" when an identifier is another user's.
 */
export async function importToVault(
  user: LegacyUser,
  legacyKey: string,
  services: VaultImportServices,
  signal: AbortSignal,
): Promise<"vaulted" | "passed-over" | "conflict"> {
  const { ledger, vault, identifiers, now } = services;
  const candidate = {
    source: user.source,
    legacyId: user.id,
    legacyKey,
    identifiers: identifiersOf(user, identifiers),
  };
  let before = await ledger.find([{ kind: "legacy", value: legacyKey }], signal);
  let sealed: SealedUser | undefined;
  for (let race = 0; race < maxRaces; race++) {
    const transition = onImport(before, candidate, now());
    if (transition.kind === "denied") return "conflict";
    if (transition.kind === "stay") return "passed-over";
    sealed ??= await vault.seal(user, signal);
    const { after, event } = transition;
    const answer = await ledger.change({ before, after, event, vault: sealed }, signal);
    if (answer.kind === "done") return "vaulted";
    if (answer.kind === "conflict") return "conflict";
    before = answer.current;
  }
  throw new MigrationError("LEDGER_UNAVAILABLE", `the row changed ${maxRaces} times while one import was written`);
}
