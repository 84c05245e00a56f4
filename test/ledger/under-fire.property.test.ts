import { test } from "vitest";
import { holdsUnderFire } from "../contracts/under-fire/under-fire.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aKms } from "../support/vault.ts";

test("whatever meets, breaks off or loses its answer, the ledger keeps its promises and everybody ends where he belongs", async () => {
  const { client } = await anEmbeddedLedger();
  const { key } = await aKms();
  await holdsUnderFire({ client, key: key(), numRuns: 25 });
}, 600_000);
