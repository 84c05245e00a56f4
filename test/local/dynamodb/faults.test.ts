import {
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { contents, openDynamoDb } from "./open-dynamodb.ts";

const put = (id: string) => new PutItemCommand({ TableName: "users", Item: { id: { S: id } } });
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("planned faults", () => {
  const transact = (client: DynamoDBClient) =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: ["a", "b"].map((id) => ({ Put: { TableName: "users", Item: { id: { S: id } } } })),
      }),
    );

  test("throttle one request, and only one", async () => {
    const { client, local } = await openDynamoDb();
    local.faults.queue("PutItem", { kind: "throttle" });
    await expect(client.send(put("a"))).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    expect(await contents(client)).toEqual({});
    await client.send(put("a"));
    expect(local.requests.get("PutItem")).toBe(2);
  });

  test.each([
    ["throttle", { kind: "throttle" }, ["ThrottlingError", "None"]],
    ["conflict", { kind: "conflict", at: 1 }, ["None", "TransactionConflict"]],
  ] as const)("cancel a transaction by %s", async (_title, fault, codes) => {
    const { client, local } = await openDynamoDb();
    local.faults.queue("TransactWriteItems", fault);
    const error = await thrownBy(transact(client));
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({ CancellationReasons: codes.map((Code) => ({ Code })) });
    expect(await contents(client)).toEqual({});
  });

  test("answer 500, and any error in its own words", async () => {
    const { client, local } = await openDynamoDb();
    local.faults.queue(
      "PutItem",
      { kind: "error500" },
      { kind: "error", status: 400, type: "ThrottlingException", message: "slow" },
    );
    await expect(client.send(put("a"))).rejects.toMatchObject({
      name: "InternalServerError",
      $metadata: { httpStatusCode: 500 },
    });
    await expect(client.send(put("a"))).rejects.toMatchObject({ name: "ThrottlingException", message: "slow" });
  });

  test.each([
    ["hang", false],
    ["stall", true],
  ] as const)("%s until the client gives up", async (kind, written) => {
    const { client, local } = await openDynamoDb();
    local.faults.queue("TransactWriteItems", { kind });
    const controller = new AbortController();
    const given = client.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: "users", Item: { id: { S: "a" } } } }] }),
      { abortSignal: controller.signal },
    );
    await expect.poll(() => local.requests.get("TransactWriteItems")).toBe(1);
    await expect.poll(async () => "a" in (await contents(client))).toBe(written);
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
  });

  test("lose the answer after the write, so that the same token finds it done", async () => {
    const { client, local } = await openDynamoDb();
    const command = new TransactWriteItemsCommand({
      ClientRequestToken: "once",
      TransactItems: [
        {
          Update: {
            TableName: "users",
            Key: { id: { S: "a" } },
            UpdateExpression: "ADD n :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
      ],
    });
    local.faults.queue("TransactWriteItems", { kind: "lose-answer" });
    await expect(client.send(command)).rejects.toMatchObject({ code: "ECONNRESET" });
    await client.send(command);
    expect(await contents(client)).toMatchObject({ a: { n: { N: "1" } } });
  });

  test("answer a page that is no answer", async () => {
    const { client, local } = await openDynamoDb();
    local.faults.always("PutItem", { kind: "html" });
    await expect(client.send(put("a"))).rejects.toThrow();
    local.faults.clear();
    await client.send(put("a"));
  });
});
