import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type GlobalSecondaryIndex,
  type Projection,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { LegacySource, PageRequest } from "../../lib/core/ports.ts";
import { type DynamodbSettings, dynamodb, type Item } from "../../lib/sources/dynamodb.ts";
import { localClient } from "../support/ledger.ts";

export const soon = () => AbortSignal.timeout(10_000);

const anIndex = (AttributeName: string, Projection: Projection): GlobalSecondaryIndex => ({
  IndexName: `${AttributeName}-index`,
  KeySchema: [{ AttributeName, KeyType: "HASH" }],
  Projection,
});

/** A table `users` by `userId`, with an index of each projection, and a table `app` of several kinds of items. */
const tables: readonly CreateTableCommandInput[] = [
  {
    TableName: "users",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["userId", "email", "username", "phone"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    KeySchema: [{ AttributeName: "userId", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      anIndex("email", { ProjectionType: "KEYS_ONLY" }),
      anIndex("username", { ProjectionType: "ALL" }),
      anIndex("phone", { ProjectionType: "INCLUDE", NonKeyAttributes: ["passwordHash"] }),
    ],
  },
  {
    TableName: "app",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  },
  {
    TableName: "numbered",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  },
];

const aRow = (userId: string, more: Readonly<Record<string, AttributeValue>>) => ({
  userId: { S: userId },
  active: { BOOL: true },
  passwordHash: { S: "a hash" },
  ...more,
});

/** Ada, twins with one e-mail address, and somebody without a name. */
const rows = [
  aRow("1", { username: { S: "ada" }, email: { S: "ada@example.org" }, phone: { S: "+441234567890" } }),
  aRow("2", { username: { S: "castor" }, email: { S: "twins@example.org" } }),
  aRow("3", { username: { S: "pollux" }, email: { S: "twins@example.org" } }),
  aRow("4", { email: { S: "nameless@example.org" } }),
];

export const finders = {
  byId: { key: "userId" },
  byEmail: { index: "email-index", key: "email" },
  byUsername: { index: "username-index", key: "username" },
  byPhone: { index: "phone-index", key: "phone" },
} as const;

export function userOf({ userId, username, email, phone, active, passwordHash, name }: Item) {
  return {
    id: userId,
    username,
    enabled: active,
    attributes: { email, phone_number: phone, name },
    password: { encoded: passwordHash },
  };
}

export const usual: DynamodbSettings = { table: "users", find: finders, user: userOf };

/** A DynamoDB for the tests of a file, with the tables; the SDK finds it by its own variables. */
export function dynamodbBed(start: () => Promise<{ readonly endpoint: string; stop(): Promise<void> }>) {
  let server: Awaited<ReturnType<typeof start>>;
  let client: DynamoDBClient;
  const before = { ...process.env };

  beforeAll(async () => {
    server = await start();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
    // The first answers of Amazon's emulator take longer than a sign-in may wait.
    client = localClient({ endpoint: server.endpoint, requestHandler: { requestTimeout: 20_000 } });
    for (const table of tables) await client.send(new CreateTableCommand(table));
    for (const row of rows) await put("users", row);
    await warmUp(client);
  });
  afterAll(async () => {
    process.env = before;
    client.destroy();
    await server.stop();
  });

  const put = (TableName: string, item: Readonly<Record<string, AttributeValue>>) =>
    client.send(new PutItemCommand({ TableName, Item: item }));

  return {
    put,
    item: async (TableName: string, key: Readonly<Record<string, AttributeValue>>) =>
      (await client.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }))).Item,
    /** Sources that are made until the end of this test ask at another place. */
    elsewhere(url: string): void {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
      onTestFinished(() => {
        process.env.AWS_ENDPOINT_URL_DYNAMODB = server.endpoint;
      });
    },
    port: () => Number(new URL(server.endpoint).port),
  };
}

/** One request of each kind that the sources send. */
async function warmUp(client: DynamoDBClient): Promise<void> {
  const at = { TableName: "numbered", Key: { id: { N: "0" } } };
  const condition = {
    ConditionExpression: "attribute_not_exists(#key)",
    ExpressionAttributeNames: { "#key": "id" },
  };
  await client.send(new PutItemCommand({ TableName: at.TableName, Item: at.Key, ...condition }));
  const set = { UpdateExpression: "SET visits = :v0", ExpressionAttributeValues: { ":v0": { N: "1" } } };
  await client.send(new UpdateItemCommand({ ...at, ...set, ReturnValues: "ALL_NEW" }));
  await client.send(
    new QueryCommand({
      TableName: "users",
      IndexName: "email-index",
      KeyConditionExpression: "email = :v0",
      ExpressionAttributeValues: { ":v0": { S: "nobody" } },
    }),
  );
  await client.send(new ScanCommand({ TableName: at.TableName, ConsistentRead: true }));
  await client.send(new DeleteItemCommand({ ...at, ReturnValues: "ALL_OLD" }));
}

export function aTable(overrides: Partial<DynamodbSettings> = {}): LegacySource {
  const source = dynamodb({ ...usual, ...overrides });
  onTestFinished(() => source.close?.());
  return source;
}

/** Every user's id, page by page, and how many users each page had. */
export async function allPages(
  size: number,
  page: (request: PageRequest) => ReturnType<NonNullable<LegacySource["list"]>> | undefined,
) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let after: string | undefined;
  do {
    const found = await page({ size, ...(after === undefined ? {} : { after }) });
    if (found === undefined) expect.unreachable("a source that cannot do it");
    ids.push(...found.users.map(({ id }) => id));
    sizes.push(found.users.length);
    after = found.next;
  } while (after !== undefined);
  return { ids, sizes };
}
