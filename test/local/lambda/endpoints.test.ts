import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { startLambda } from "../../../lib/local/lambda/lambda.ts";
import { startSecrets } from "../../../lib/local/secrets/secrets.ts";
import { openDynamoDb } from "../dynamodb/open-dynamodb.ts";
import { writeSources } from "./open-lambda.ts";

/** What a deployed function does: clients without an endpoint of their own, opened once. */
const source = `
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
const table = new DynamoDBClient({});
const secrets = new SecretsManagerClient({});
export const handler = async ({ id }) => {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "key" }));
  await table.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
  return SecretString;
};`;

test("a bundled function reaches DynamoDB and Secrets Manager by their endpoint variables", async () => {
  const folder = await writeSources({});
  const file = join(folder, "function.js");
  await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  const { local, client, table } = await openDynamoDb();
  const secrets = await startSecrets({ secrets: { key: "value" } });
  const environment = {
    TABLE: table,
    AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  };
  const lambda = await startLambda({ functions: { writer: { file, memoryMb: 512, timeoutMs: 10_000, environment } } });
  onTestFinished(async () => {
    await lambda.stop();
    await secrets.stop();
  });
  expect(await lambda.invoke("writer", { id: "u1" })).toEqual({ kind: "answer", payload: "value" });
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: "u1" } } }));
  expect(Item).toEqual({ id: { S: "u1" } });
  expect(secrets.requests.get("GetSecretValue")).toBe(1);
});
