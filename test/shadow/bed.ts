import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProviderClient, ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { localRegion } from "../../lib/local/account.ts";
import { triggerFunctions } from "../../lib/local/bundle.ts";
import { startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import { startLambda } from "../../lib/local/lambda/lambda.ts";
import { openPeople } from "../../lib/local/run/people.ts";
import { createPool } from "../../lib/local/run/pool.ts";
import { startUserPool } from "../../lib/local/user-pool/index.ts";
import { bundleWith } from "../support/bundle-with.ts";
import { ledgerIn, localClient } from "../support/ledger.ts";

export type Bed = Awaited<ReturnType<typeof openBed>>;

/**
 * The five functions as they ship, with this text as their config, behind the user pool's simulator.
 * @param environment What they find in their environment besides.
 */
export async function openBed(config: string, environment: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "samekey-shadow-"));
  await bundleWith(config, folder, triggerFunctions);
  const dynamo = await startDynamoDb();
  const client = localClient({ endpoint: dynamo.endpoint });
  const bench = await ledgerIn(client, "ledger");
  const lines: Readonly<Record<string, unknown>>[] = [];
  const told: string[] = [];
  const functionOf = (name: string) => ({
    file: join(folder, `${name}.js`),
    memoryMb: 1769,
    timeoutMs: 6000,
    environment: { AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint, SAMEKEY_TABLE: bench.table, ...environment },
  });
  const lambda = await startLambda({
    functions: Object.fromEntries(triggerFunctions.map((name) => [name, functionOf(name)])),
    onLog: ({ text }) => {
      told.push(text);
      if (text.startsWith("{")) lines.push(JSON.parse(text));
    },
  });
  const userPool = await startUserPool({
    region: localRegion,
    invoke: (arn, event, taken) => lambda.invoke(arn, event, { taken }),
  });
  const cognito = new CognitoIdentityProviderClient({
    endpoint: userPool.endpoint,
    region: localRegion,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const pool = await createPool(cognito, "email", (name) => lambda.arn(name));
  return {
    ...bench,
    dynamo,
    lines,
    told,
    people: openPeople({ cognito, pool }),
    async users() {
      const { Users = [] } = await cognito.send(new ListUsersCommand({ UserPoolId: pool.poolId }));
      return Users.length;
    },
    async close() {
      cognito.destroy();
      client.destroy();
      await userPool.stop();
      await lambda.stop();
      await dynamo.stop();
      await rm(folder, { recursive: true });
    },
  };
}
