import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { isPassing, withRetry } from "../aws/dynamodb-retry.ts";
import type { TotpVault } from "../core/vault-ports.ts";
import { openingKeys } from "./data-keys.ts";
import { keyItem } from "./items.ts";
import { isStorable, totpKey } from "./keys.ts";
import { unavailable } from "./ledger.ts";
import type { VaultSettings } from "./vault.ts";
import { openTotpContent, parseVaultItem } from "./vault-items.ts";

/** The TOTP secrets in the ledger's table, to read. */
export function openTotpVault(settings: VaultSettings): TotpVault {
  const { table, client, random = Math.random } = settings;
  const openKey = openingKeys(settings);
  return {
    async read(row, signal) {
      const key = totpKey(row);
      if (!isStorable(key)) return undefined;
      const command = new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true });
      const { Item } = await withRetry((attempt) => client.send(command, { abortSignal: attempt.signal }), signal, {
        repeats: isPassing,
        asFault: unavailable,
        random,
      });
      if (Item === undefined) return undefined;
      const sealed = parseVaultItem(Item);
      return openTotpContent(sealed.content, table, row, await openKey(sealed.key, signal));
    },
  };
}
