import { test } from "vitest";
import { emptiesTheVault } from "../contracts/vault-interleavings.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aKms } from "../support/vault.ts";

test("no interleaving of imports, triggers and operators' commands leaves a hash behind, or loses one", async () => {
  const { client } = await anEmbeddedLedger();
  const { key } = await aKms();
  await emptiesTheVault(client, key(), 45);
}, 60_000);
