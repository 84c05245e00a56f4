import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import { type DynamoDbOptions, type LocalDynamoDb, startDynamoDb } from "../../../lib/local/dynamodb/dynamodb.ts";

/** A local DynamoDB with one table `users` (key `id`), and the real client with no retries of its own. */
export async function openDynamoDb(options: DynamoDbOptions = {}): Promise<{
  readonly local: LocalDynamoDb;
  readonly client: DynamoDBClient;
  readonly table: string;
}> {
  const local = await startDynamoDb(options);
  const client = clientOf(local.endpoint);
  onTestFinished(async () => {
    client.destroy();
    await local.stop();
  });
  await client.send(
    new CreateTableCommand({
      TableName: "users",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  return { local, client, table: "users" };
}

export function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
}

/** Everything in the table, by id. */
export async function contents(client: DynamoDBClient): Promise<Readonly<Record<string, unknown>>> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: "users", ConsistentRead: true }));
  return Object.fromEntries(Items.map((item) => [item.id?.S ?? "", item]));
}
