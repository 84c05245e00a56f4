import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { contents, openDynamoDb } from "./open-dynamodb.ts";

const put = (id: string, value: string): TransactWriteItem => ({
  Put: { TableName: "users", Item: { id: { S: id }, value: { S: value } } },
});
const putIfFree = (id: string): TransactWriteItem => ({
  Put: {
    TableName: "users",
    Item: { id: { S: id } },
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
const write = (client: DynamoDBClient, items: TransactWriteItem[], token?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken: token }));
const failure = async (work: Promise<unknown>): Promise<TransactionCanceledException> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TransactionCanceledException);
  return error as TransactionCanceledException;
};

describe("TransactWriteItems", () => {
  test("does puts, updates, deletes and checks together", async () => {
    const { client } = await openDynamoDb();
    await write(client, [put("a", "1"), put("b", "1"), put("c", "1")]);
    await write(client, [
      put("new", "2"),
      {
        Update: {
          TableName: "users",
          Key: { id: { S: "a" } },
          UpdateExpression: "SET #v = :two ADD n :one",
          ConditionExpression: "#v = :was",
          ExpressionAttributeNames: { "#v": "value" },
          ExpressionAttributeValues: { ":two": { S: "2" }, ":one": { N: "1" }, ":was": { S: "1" } },
        },
      },
      { Delete: { TableName: "users", Key: { id: { S: "b" } } } },
      { ConditionCheck: { TableName: "users", Key: { id: { S: "c" } }, ConditionExpression: "attribute_exists(id)" } },
    ]);
    expect(await contents(client)).toEqual({
      a: { id: { S: "a" }, value: { S: "2" }, n: { N: "1" } },
      c: { id: { S: "c" }, value: { S: "1" } },
      new: { id: { S: "new" }, value: { S: "2" } },
    });
  });

  test("does nothing when one condition fails, and gives a reason for every action", async () => {
    const { client } = await openDynamoDb();
    await write(client, [put("old", "kept")]);
    const before = await contents(client);
    const error = await failure(
      write(client, [
        put("one", "x"),
        putIfFree("old"),
        { Delete: { TableName: "users", Key: { id: { S: "gone" } } } },
      ]),
    );
    expect(error.message).toBe(
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]",
    );
    expect(error.$metadata.httpStatusCode).toBe(400);
    expect(error.CancellationReasons).toEqual([
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: { id: { S: "old" }, value: { S: "kept" } },
      },
      { Code: "None" },
    ]);
    expect(await contents(client)).toEqual(before);
  });

  test("names every condition that fails, not the first only", async () => {
    const { client } = await openDynamoDb();
    await write(client, [put("a", "1"), put("b", "1")]);
    const error = await failure(write(client, [putIfFree("a"), put("c", "1"), putIfFree("b")]));
    expect(error.CancellationReasons?.map((reason) => reason.Code)).toEqual([
      "ConditionalCheckFailed",
      "None",
      "ConditionalCheckFailed",
    ]);
  });

  test("leaves no item behind a check of a missing item", async () => {
    const { client } = await openDynamoDb();
    const check = (condition: string): TransactWriteItem => ({
      ConditionCheck: { TableName: "users", Key: { id: { S: "ghost" } }, ConditionExpression: condition },
    });
    await write(client, [put("a", "1"), check("attribute_not_exists(id)")]);
    await failure(write(client, [put("b", "1"), check("attribute_exists(id)")]));
    expect(Object.keys(await contents(client))).toEqual(["a"]);
  });

  test("tells as a reason what is found only when an update is applied", async () => {
    const { client } = await openDynamoDb();
    await write(client, [put("a", "text")]);
    const error = await failure(
      write(client, [
        put("b", "1"),
        {
          Update: {
            TableName: "users",
            Key: { id: { S: "a" } },
            UpdateExpression: "ADD #v :one",
            ExpressionAttributeNames: { "#v": "value" },
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
      ]),
    );
    expect(error.CancellationReasons?.[1]).toEqual({
      Code: "ValidationError",
      Message: "An operand in the update expression has an incorrect data type",
    });
    expect(Object.keys(await contents(client))).toEqual(["a"]);
  });

  test.each([
    ["a key of another schema", { Delete: { TableName: "users", Key: { other: { S: "a" } } } }],
    ["an item without its key", { Put: { TableName: "users", Item: { other: { S: "a" } } } }],
    ["an item over 400 KB", { Put: { TableName: "users", Item: { id: { S: "big" }, v: { S: "x".repeat(410_000) } } } }],
  ] satisfies [string, TransactWriteItem][])("stops at %s", async (_title, action) => {
    const { client } = await openDynamoDb();
    const error = await failure(write(client, [put("a", "1"), action]));
    expect(error.CancellationReasons?.map((reason) => reason.Code)).toEqual(["None", "ValidationError"]);
    expect(await contents(client)).toEqual({});
  });

  test("refuses two actions on one item", async () => {
    const { client } = await openDynamoDb();
    await expect(write(client, [put("a", "1"), putIfFree("a")])).rejects.toMatchObject({
      name: "ValidationException",
      message: "Transaction request cannot include multiple operations on one item",
    });
    expect(await contents(client)).toEqual({});
  });

  test("takes 100 actions and refuses 101 and none", async () => {
    const { client } = await openDynamoDb();
    const many = (count: number) => Array.from({ length: count }, (_, index) => put(`u${index}`, "1"));
    await write(client, many(100));
    expect(Object.keys(await contents(client))).toHaveLength(100);
    await expect(write(client, many(101))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(write(client, [])).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("refuses more than 4 MB and undoes it", async () => {
    const { client } = await openDynamoDb();
    const large = Array.from({ length: 11 }, (_, index) => put(`u${index}`, "x".repeat(390_000)));
    await expect(write(client, large)).rejects.toMatchObject({ name: "ValidationException" });
    expect(await contents(client)).toEqual({});
  });

  test("refuses an unknown table and a broken expression as a whole", async () => {
    const { client } = await openDynamoDb();
    const nowhere = { Put: { TableName: "nowhere", Item: { id: { S: "a" } } } };
    await expect(write(client, [put("a", "1"), nowhere])).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const broken = { Delete: { TableName: "users", Key: { id: { S: "b" } }, ConditionExpression: "not a condition" } };
    await expect(write(client, [put("a", "1"), broken])).rejects.toMatchObject({ name: "ValidationException" });
    expect(await contents(client)).toEqual({});
  });

  test("does the same token once, and again after ten minutes", async () => {
    let now = 1_000;
    const { client } = await openDynamoDb({ now: () => now });
    const count: TransactWriteItem[] = [
      {
        Update: {
          TableName: "users",
          Key: { id: { S: "counter" } },
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
      },
    ];
    const counted = async () =>
      (await client.send(new GetItemCommand({ TableName: "users", Key: { id: { S: "counter" } } }))).Item?.n?.N;
    await write(client, count, "token");
    await write(client, count, "token");
    expect(await counted()).toBe("1");
    await expect(write(client, [put("a", "1")], "token")).rejects.toMatchObject({
      name: "IdempotentParameterMismatchException",
    });
    now += 10 * 60 * 1000;
    await write(client, count, "token");
    expect(await counted()).toBe("2");
  });

  test("tries a cancelled token again", async () => {
    const { client } = await openDynamoDb();
    await write(client, [put("a", "1")]);
    await failure(write(client, [putIfFree("a")], "token"));
    await write(client, [{ Delete: { TableName: "users", Key: { id: { S: "a" } } } }]);
    await write(client, [putIfFree("a")], "token");
    expect(Object.keys(await contents(client))).toEqual(["a"]);
  });

  test("lets one of many racing claims win", async () => {
    const { client } = await openDynamoDb();
    const claims = Array.from({ length: 20 }, (_, index) => write(client, [put(`by${index}`, "x"), putIfFree("name")]));
    const done = (await Promise.allSettled(claims)).filter((claim) => claim.status === "fulfilled");
    expect(done).toHaveLength(1);
    expect(Object.keys(await contents(client))).toHaveLength(2);
  });

  test("lets no single write come between", async () => {
    const { client } = await openDynamoDb();
    await write(client, [put("a", "0"), put("b", "taken")]);
    const rounds = Array.from({ length: 10 }, (_, index) => [
      write(client, [put("a", "never"), putIfFree("b")]).catch(() => undefined),
      client.send(new PutItemCommand({ TableName: "users", Item: { id: { S: "a" }, value: { S: String(index) } } })),
    ]);
    await Promise.all(rounds.flat());
    expect(await contents(client)).toMatchObject({ a: { value: { S: "9" } } });
  });
});
