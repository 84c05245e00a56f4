import type { VaultWriter } from "../core/vault-ports.ts";
import { type DataKeySettings, sealingKeys } from "./data-keys.ts";
import { sealContent, sealTotpContent } from "./vault-items.ts";

/** Seals users for the vault. They are written by the ledger, in the transaction of their row. */
export function openVaultWriter(settings: DataKeySettings): VaultWriter {
  const nextKey = sealingKeys(settings);
  return {
    async seal(user, signal) {
      const { plain, sealed } = await nextKey(signal);
      return { key: sealed, content: sealContent(user, settings.table, plain) };
    },
    async sealTotp({ source, id }, secret, signal) {
      const { plain, sealed } = await nextKey(signal);
      return { key: sealed, content: sealTotpContent({ source, legacyId: id }, secret, settings.table, plain) };
    },
  };
}
