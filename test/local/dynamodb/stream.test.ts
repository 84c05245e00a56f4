import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { startDynamoDb } from "../../../lib/local/dynamodb/dynamodb.ts";
import type { StreamRecord } from "../../../lib/local/dynamodb/stream.ts";
import { localClient } from "../../support/ledger.ts";

const TableName = "users";
const item = (id: string, name: string) => ({ id: { S: id }, name: { S: name } });
const key = (id: string) => ({ id: { S: id } });
const rename = (id: string, name: string) => ({
  TableName,
  Key: key(id),
  UpdateExpression: "SET #name = :name",
  ExpressionAttributeNames: { "#name": "name" },
  ExpressionAttributeValues: { ":name": { S: name } },
});

async function aTable(streams = true) {
  const records: StreamRecord[] = [];
  const local = await startDynamoDb({ onRecord: (record) => records.push(record) });
  const client = localClient({ endpoint: local.endpoint });
  onTestFinished(async () => {
    client.destroy();
    await local.stop();
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ...(streams ? { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } } : {}),
    }),
  );
  const told = () =>
    records.map(({ eventName, dynamodb: { Keys, OldImage, NewImage } }) =>
      [eventName, Keys.id?.S, OldImage?.name?.S, NewImage?.name?.S].map((one) => one ?? "-").join(" "),
    );
  return { client, records, told };
}

describe("the stream of a table", () => {
  test("tells single writes with both images, in their order", async () => {
    const { client, told, records } = await aTable();
    await client.send(new PutItemCommand({ TableName, Item: item("1", "ann") }));
    await client.send(new PutItemCommand({ TableName, Item: item("1", "anna") }));
    await client.send(new UpdateItemCommand(rename("1", "anne")));
    await client.send(new DeleteItemCommand({ TableName, Key: key("1") }));
    expect(told()).toEqual(["INSERT 1 - ann", "MODIFY 1 ann anna", "MODIFY 1 anna anne", "REMOVE 1 anne -"]);
    const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(4);
  });

  test("tells each item of a batch and of a transaction", async () => {
    const { client, told } = await aTable();
    const writes = [{ PutRequest: { Item: item("1", "ann") } }, { PutRequest: { Item: item("2", "bob") } }];
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: writes } }));
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: item("3", "cleo") } },
          { Update: rename("1", "anne") },
          { Delete: { TableName, Key: key("2") } },
        ],
      }),
    );
    expect(told()).toEqual([
      "INSERT 1 - ann",
      "INSERT 2 - bob",
      "INSERT 3 - cleo",
      "MODIFY 1 ann anne",
      "REMOVE 2 bob -",
    ]);
  });

  test("tells nothing of what changes nothing: a refused write, a cancelled transaction, a check, the same item again", async () => {
    const { client, told } = await aTable();
    await client.send(new PutItemCommand({ TableName, Item: item("1", "ann") }));
    const ConditionExpression = "attribute_not_exists(id)";
    const refused = new PutItemCommand({ TableName, Item: item("1", "other"), ConditionExpression });
    await expect(client.send(refused)).rejects.toThrow();
    const cancelled = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: item("2", "bob") } },
        { Put: { TableName, Item: item("1", "other"), ConditionExpression } },
      ],
    });
    await expect(client.send(cancelled)).rejects.toThrow();
    const checked = { TableName, Key: key("1"), ConditionExpression: "attribute_exists(id)" };
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: checked }] }));
    await client.send(new PutItemCommand({ TableName, Item: { name: { S: "ann" }, id: { S: "1" } } }));
    await client.send(new DeleteItemCommand({ TableName, Key: key("9") }));
    expect(told()).toEqual(["INSERT 1 - ann"]);
  });

  test("is there only where the table has one, from when it has it", async () => {
    const { client, told } = await aTable(false);
    await client.send(new PutItemCommand({ TableName, Item: item("1", "ann") }));
    const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const;
    await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
    await client.send(new PutItemCommand({ TableName, Item: item("1", "anna") }));
    expect(told()).toEqual(["MODIFY 1 ann anna"]);
  });
});
