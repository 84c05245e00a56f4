import type { VaultWriter } from "../core/vault-ports.ts";
import { type DataKeySettings, sealingKeys } from "./data-keys.ts";
import { openNonces, sealContent, sealTotpContent } from "./vault-items.ts";

/** Seals users for the vault. They are written by the ledger, in the transaction of their row. */
export function openVaultWriter(settings: DataKeySettings): VaultWriter {
  const { table } = settings;
  const nextKey = sealingKeys(settings);
  const nextNonce = openNonces();
  return {
    async seal(user, signal) {
      const { plain, sealed } = await nextKey(signal);
      return { key: sealed, content: sealContent(user, { plain, table, nonce: nextNonce() }) };
    },
    async sealTotp({ source, id }, secret, signal) {
      const { plain, sealed } = await nextKey(signal);
      return {
        key: sealed,
        content: sealTotpContent({ source, legacyId: id }, secret, { plain, table, nonce: nextNonce() }),
      };
    },
  };
}
