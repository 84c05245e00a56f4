import { onTestFinished } from "vitest";
import { kmsWrappingKey, openKms } from "../../lib/aws/kms.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import type { WrappingKey } from "../../lib/core/vault-ports.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { openVaultWriter } from "../../lib/ledger/vault-writer.ts";
import { startKms } from "../../lib/local/kms/kms.ts";
import { aDeadline } from "./deadline.ts";
import { importToVault } from "./import-to-vault.ts";
import type { LedgerBench } from "./ledger.ts";

/** The stand-in of KMS with two keys, and the client that is deployed. It ends with the test. */
export async function aKms() {
  const kms = await startKms({ keys: ["alias/samekey", "alias/other"] });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = openKms({ endpoint: kms.endpoint, region: "us-east-1", credentials });
  onTestFinished(async () => {
    client.destroy();
    await kms.stop();
  });
  return { kms, client, key: (id = "alias/samekey") => kmsWrappingKey(id, () => client) };
}

/** A vault in the table of a ledger, and what an import does with it. */
export function vaultIn(bench: LedgerBench, key: WrappingKey) {
  const { client, erasing: ledger, table } = bench;
  const writer = openVaultWriter({ table, key });
  const services = {
    ledger,
    vault: writer,
    identifiers: { usernameCase: "insensitive" },
    now: () => new Date(),
  } as const;
  return {
    writer,
    vault: openVault({ table, client, key }),
    importUser: (user: LegacyUser, legacyKey = user.id) => importToVault(user, legacyKey, services, aDeadline().signal),
    vaultItems: async () => (await bench.items()).filter((item) => item.pk?.S?.startsWith("vault#")),
  };
}
