import { test } from "vitest";
import { holdsUnderInterleavings } from "../contracts/interleavings.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";

test("concurrent and repeated triggers, lost answers and operators' commands keep every promise of the ledger", async () => {
  const { client } = await anEmbeddedLedger();
  await holdsUnderInterleavings(client, 45);
}, 60_000);
