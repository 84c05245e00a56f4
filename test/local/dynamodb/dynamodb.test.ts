import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { startDynamoDb } from "../../../lib/local/dynamodb/dynamodb.ts";
import { closeNow, listenOnLoopback } from "../../../lib/local/loopback.ts";
import { clientOf, contents, openDynamoDb } from "./open-dynamodb.ts";

const put = (id: string) => new PutItemCommand({ TableName: "users", Item: { id: { S: id } } });
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a failed condition of a single write", () => {
  const Key = { id: { S: "a" } };
  const TableName = "users";
  const asked = {
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } as const;
  test.each([
    ["PutItem", (client: DynamoDBClient) => client.send(new PutItemCommand({ TableName, Item: Key, ...asked }))],
    ["DeleteItem", (client: DynamoDBClient) => client.send(new DeleteItemCommand({ TableName, Key, ...asked }))],
    [
      "UpdateItem",
      (client: DynamoDBClient) =>
        client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "REMOVE x", ...asked })),
    ],
  ])("brings the item when %s asks for it", async (_title, send) => {
    const { client } = await openDynamoDb();
    await client.send(new PutItemCommand({ TableName, Item: { ...Key, name: { S: "first" } } }));
    const error = await thrownBy(send(client));
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ Item: { ...Key, name: { S: "first" } }, message: "The conditional request failed" });
  });

  test("brings no item unasked", async () => {
    const { client } = await openDynamoDb();
    await client.send(put("a"));
    const error = await thrownBy(
      client.send(new PutItemCommand({ TableName, Item: Key, ConditionExpression: "attribute_not_exists(id)" })),
    );
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ Item: undefined });
  });
});

describe("TransactGetItems", () => {
  test("answers in the order asked, with nothing for a missing item, and applies projections", async () => {
    const { client } = await openDynamoDb();
    await client.send(
      new PutItemCommand({ TableName: "users", Item: { id: { S: "a" }, x: { S: "1" }, y: { S: "2" } } }),
    );
    const { Responses } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName: "users", Key: { id: { S: "none" } } } },
          { Get: { TableName: "users", Key: { id: { S: "a" } }, ProjectionExpression: "y" } },
        ],
      }),
    );
    expect(Responses).toEqual([{}, { Item: { y: { S: "2" } } }]);
  });
});

describe("tables", () => {
  test("takes a table as templates have it, and describes it so", async () => {
    const { client } = await openDynamoDb();
    const { TableDescription } = await client.send(
      new CreateTableCommand({
        TableName: "real",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["pk", "sk", "gk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "by-gk",
            KeySchema: [{ AttributeName: "gk", KeyType: "HASH" }],
            Projection: { ProjectionType: "ALL" },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        SSESpecification: { Enabled: true, SSEType: "KMS" },
        DeletionProtectionEnabled: true,
      }),
    );
    expect(TableDescription).toMatchObject({
      TableStatus: "ACTIVE",
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      SSEDescription: { Status: "ENABLED" },
    });
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: "real", Item: { pk: { S: "p" }, sk: { S: "s" }, gk: { S: "g" } } } }],
      }),
    );
    const found = await client.send(
      new QueryCommand({
        TableName: "real",
        IndexName: "by-gk",
        KeyConditionExpression: "gk = :g",
        ExpressionAttributeValues: { ":g": { S: "g" } },
      }),
    );
    expect(found.Items).toHaveLength(1);
  });

  test("keeps a protected table until the protection is lifted", async () => {
    const { client } = await openDynamoDb();
    const TableName = "users";
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    await expect(client.send(new DeleteTableCommand({ TableName }))).rejects.toMatchObject({
      name: "ValidationException",
    });
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await client.send(new DeleteTableCommand({ TableName }));
    await expect(client.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(client.send(new PutItemCommand({ TableName, Item: { id: { S: "a" } } }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("describes time to live and backups as they were set", async () => {
    const { client } = await openDynamoDb();
    const TableName = "users";
    const ttl = async () => (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
    expect(await ttl()).toEqual({ TimeToLiveStatus: "DISABLED" });
    await client.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: "expires", Enabled: true } }),
    );
    expect(await ttl()).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expires" });
    const recovery = async () =>
      (await client.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription
        ?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    expect(await recovery()).toBe("DISABLED");
    await client.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    expect(await recovery()).toBe("ENABLED");
    await expect(client.send(new DescribeTimeToLiveCommand({ TableName: "nowhere" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("the server", () => {
  test("takes another port when the preferred one is taken", async () => {
    const taken = createServer();
    const port = await listenOnLoopback(taken);
    onTestFinished(() => closeNow(taken));
    const local = await startDynamoDb({ port });
    onTestFinished(() => local.stop());
    expect(local.endpoint).not.toBe(`http://127.0.0.1:${port}`);
    const client = clientOf(local.endpoint);
    await expect(client.send(new DescribeTableCommand({ TableName: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    client.destroy();
  });

  test("sends a checksum that is right", async () => {
    const { local } = await openDynamoDb();
    const response = await fetch(local.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" },
      body: "{}",
    });
    const { crc32 } = await import("node:zlib");
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get("x-amz-crc32")).toBe(String(crc32(body)));
  });

  test("keeps its tables in a folder when it is given one, and may be stopped twice", async () => {
    const path = await mkdtemp(join(tmpdir(), "dynamodb-"));
    onTestFinished(() => rm(path, { recursive: true }));
    const { client, local } = await openDynamoDb({ path });
    await client.send(put("kept"));
    await local.stop();
    const again = await startDynamoDb({ path });
    onTestFinished(() => again.stop());
    const later = clientOf(again.endpoint);
    onTestFinished(() => later.destroy());
    expect(Object.keys(await contents(later))).toEqual(["kept"]);
  });

  test("stops while a request hangs", async () => {
    const local = await startDynamoDb();
    local.faults.always("ListTables", { kind: "hang" });
    const hanging = fetch(local.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
      body: "{}",
    });
    await expect.poll(() => local.requests.get("ListTables")).toBe(1);
    await local.stop();
    await expect(hanging).rejects.toThrow();
  });
});
