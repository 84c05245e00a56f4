import { AdminCreateUserCommand, AdminSetUserPasswordCommand } from "@aws-sdk/client-cognito-identity-provider";
import { expect, onTestFinished, test, vi } from "vitest";
import { serveStream } from "../../lib/aws/stream.ts";
import { afterChange } from "../../lib/core/after-change.ts";
import { noteDrift } from "../../lib/core/drift.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { LedgerUser, LegacySource } from "../../lib/core/ports.ts";
import { parseStreamEvent } from "../../lib/ledger/stream.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import type { StreamRecord } from "../../lib/local/dynamodb/stream.ts";
import { openStreamMapping } from "../../lib/local/lambda/stream-mapping.ts";
import { cognitoTarget } from "../../lib/targets/cognito.ts";
import { openBench } from "../local/user-pool/support.ts";
import { ledgerIn, localClient } from "../support/ledger.ts";
import { aSecretRef } from "../support/secret-ref.ts";
import { captureStdout } from "../support/stdout.ts";

const { signal } = new AbortController();
const password = "An old password 1";
const now = () => new Date();

/** The whole way: a change of the ledger, its stream, the function on it, the legacy store and the user pool. */
async function aWay(downFor: number) {
  captureStdout();
  const { sdk, poolId, server, signIn, codes } = await openBench();
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: server.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  })) {
    vi.stubEnv(name, value);
  }
  const of = { UserPoolId: poolId, Username: "ann" };
  const contact = [
    { Name: "email", Value: "ann@example.com" },
    { Name: "email_verified", Value: "true" },
  ];
  await sdk.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS", UserAttributes: contact }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...of, Password: password, Permanent: true }));

  let down = downFor;
  const marked: string[] = [];
  const source: LegacySource = {
    name: "shop",
    lookups: ["id"],
    find: async () => undefined,
    mark: async (id) => {
      down -= 1;
      if (down >= 0) throw new MigrationError("SOURCE_UNAVAILABLE", "shop: down");
      marked.push(id);
      return true;
    },
  };
  const mapping = openStreamMapping<StreamRecord>({
    invoke: async (event) => ({ kind: "answer", payload: await handler(event, context) }),
  });
  const local = await startDynamoDb({ onRecord: mapping.push });
  const client = localClient({ endpoint: local.endpoint });
  onTestFinished(async () => {
    mapping.stop();
    client.destroy();
    await local.stop();
  });
  const bench = await ledgerIn(client, "ledger");
  const services = { sources: [source], target: cognitoTarget(), ledger: bench.ledger, now };
  const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 60_000 };
  const handler = serveStream((event) =>
    parseStreamEvent(event).map(({ sequenceNumber, change }) => ({
      sequenceNumber,
      ...(change === undefined ? {} : { work: (cut: AbortSignal) => afterChange(change, services, cut) }),
    })),
  );
  const verified: LedgerUser = {
    source: "shop",
    legacyId: "1",
    legacyKey: "1",
    identifiers: ["ann"],
    platformUsername: "ann",
    state: "verified",
    version: 1,
    since: now().toISOString(),
    fingerprint: "old.enabled",
  };
  const migrated: LedgerUser = { ...verified, state: "migrated", platformId: `${poolId}#sub`, version: 2 };
  await bench.ledger.change({ before: undefined, after: verified, event: "verified" }, signal);
  await bench.ledger.change({ before: verified, after: migrated, event: "migrated" }, signal);
  return { ...bench, migrated, mapping, marked, signIn, codes };
}

test("a move is marked in the legacy store, once it is up again", async () => {
  const { mapping, marked } = await aWay(3);
  await mapping.idle();
  expect(marked).toEqual(["1"]);
});

test("a drift ends the platform's password: the old one signs nobody in, the ledger says it is done", async () => {
  const { ledger, migrated, mapping, rows, signIn, codes, marked } = await aWay(0);
  await mapping.idle();
  expect(await signIn("ann", password)).toBe("tokens");
  const drift = { key: aSecretRef("a key of at least 24 bytes!"), rule: "reset" } as const;
  await noteDrift(migrated, "new.enabled", { ledger, drift, now }, { signal });
  await mapping.idle();
  expect(await signIn("ann", password)).toContain("PasswordResetRequiredException");
  expect(codes).toHaveLength(1);
  const [row] = await rows();
  expect(row).toMatchObject({ state: "migrated", fingerprint: "new.enabled" });
  expect(row?.mustReset).toBeUndefined();
  // A change of a moved user is no second move.
  expect(marked).toEqual(["1"]);
});
