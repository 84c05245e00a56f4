import { kmsWrappingKey } from "../aws/kms.ts";
import type { Vault, WrappingKey } from "../core/vault-ports.ts";
import type { LedgerSettings } from "../ledger/ledger.ts";
import { openVault } from "../ledger/vault.ts";

/** The key of a vault, and what opens it: only configs that name one carry it. */
export interface VaultKey extends WrappingKey {
  openVault(place: LedgerSettings): Vault;
}

/**
 * A symmetric key in AWS KMS, by its alias, `kmsKey("alias/samekey")`, or by its ARN. It is called at the first use.
 */
export function kmsKey(id: string): VaultKey {
  const key = kmsWrappingKey(id);
  return { ...key, openVault: (place) => openVault({ ...place, key }) };
}
