import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { isPassing, type RetryRules, withRetry } from "../aws/dynamodb-retry.ts";
import type { Vault } from "../core/vault-ports.ts";
import { type DataKeySettings, openingKeys } from "./data-keys.ts";
import { keyItem } from "./items.ts";
import { isStorable, vaultKey } from "./keys.ts";
import { type LedgerSettings, unavailable } from "./ledger.ts";
import { openContent, parseVaultItem } from "./vault-items.ts";

export type VaultSettings = LedgerSettings & DataKeySettings;

/** The vault in the ledger's table, to read. */
export function openVault(settings: VaultSettings): Vault {
  const { table, client, random = Math.random } = settings;
  const rules: RetryRules = { repeats: isPassing, asFault: unavailable, random };
  const openKey = openingKeys(settings);
  return {
    async read(row, signal) {
      const key = vaultKey(row);
      if (!isStorable(key)) return undefined;
      const command = new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true });
      const { Item } = await withRetry(
        (attempt) => client.send(command, { abortSignal: attempt.signal }),
        signal,
        rules,
      );
      if (Item === undefined) return undefined;
      const sealed = parseVaultItem(Item);
      return openContent(sealed.content, table, row, await openKey(sealed.key, signal));
    },
  };
}
