import { expect, it, onTestFinished, vi } from "vitest";
import { openDynamoDb } from "../../lib/aws/dynamodb-client.ts";
import { openLedger } from "../../lib/ledger/ledger.ts";
import { aChange } from "../contracts/ledger.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";

/** The ledger with the client that is deployed, pointed at the embedded DynamoDB by the SDK's own variables. */
async function aDeployedLedger() {
  const bench = await anEmbeddedLedger();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", bench.local.endpoint);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const client = openDynamoDb();
  onTestFinished(() => {
    vi.unstubAllEnvs();
    client.destroy();
  });
  return { ...bench, ledger: openLedger({ table: bench.table, client }) };
}

const create = aChange(undefined, {});
const key = { kind: "identifier", value: "ann" } as const;

it("finds what it wrote", async () => {
  const { ledger } = await aDeployedLedger();
  await ledger.change(create, aDeadline().signal);
  expect(await ledger.find([key], aDeadline().signal)).toMatchObject(create.after);
});

it("leaves the repeating to the ledger: the SDK's own delay would eat the platform's time", async () => {
  const { ledger, local } = await aDeployedLedger();
  local.faults.queue("GetItem", { kind: "throttle" }, { kind: "error500" }, { kind: "throttle" });
  expect(await ledger.find([key], aDeadline(4000).signal)).toBeUndefined();
  expect(local.requests.get("GetItem")).toBe(4);
});

it("gives up a request that hangs, with the deadline", async () => {
  const { ledger, local } = await aDeployedLedger();
  local.faults.always("GetItem", { kind: "hang" });
  await expect(ledger.find([key], aDeadline(150).signal)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
});
