import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ledgerContract } from "../contracts/ledger.ts";
import { ledgerEraseContract } from "../contracts/ledger-erase.ts";
import { ledgerFindContract } from "../contracts/ledger-find.ts";
import { shadowLogContract } from "../contracts/shadow-log.ts";
import { holdsUnderFire } from "../contracts/under-fire/under-fire.ts";
import { vaultContract } from "../contracts/vault.ts";
import { type DynamoDbLocal, findDynamoDbLocal, startDynamoDbLocal } from "../support/dynamodb-local.ts";
import { ledgerIn } from "../support/ledger.ts";
import { aKms } from "../support/vault.ts";

const found = findDynamoDbLocal();
const missing = "missing" in found ? found.missing : undefined;
const required = process.env.SAMEKEY_REQUIRE_SERVERS === "1";
if (missing !== undefined) process.stdout.write(`skipped: the ledger on DynamoDB Local (${missing})\n`);

it.runIf(required)("DynamoDB Local is there, since SAMEKEY_REQUIRE_SERVERS is 1", () => {
  expect(missing).toBeUndefined();
});

// Amazon's own emulator is the judge where the embedded one differs; without it the reason is printed above.
describe.skipIf(missing !== undefined)("the ledger on DynamoDB Local", () => {
  let local: DynamoDbLocal;

  beforeAll(async () => {
    if ("jar" in found) local = await startDynamoDbLocal(found.jar);
  });

  afterAll(() => local.stop());

  const open = () => ledgerIn(local.client(), `ledger-${randomUUID()}`);
  ledgerContract(open);
  ledgerFindContract(open);
  ledgerEraseContract(open);
  shadowLogContract(open);
  vaultContract(open);

  it("keeps its promises whatever meets, breaks off or loses its answer", async () => {
    const { key } = await aKms();
    await holdsUnderFire({ client: local.client(), key: key(), numRuns: 8 });
  }, 600_000);
});
