// The least that imports: a line at a time, the same transactions as Samekey's by the same SDK, as many at once. It reads
// nothing before, checks no hash, finds no duplicate and keeps no checkpoint; what it "seals" are the same bytes each time.
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";

interface Row {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly phone: string;
}

const [key, content] = [randomBytes(184), randomBytes(480)];

/** @returns the users written. */
export async function importBare(file: string, table: string, client: DynamoDBClient, width: number): Promise<number> {
  const underWay = new Set<Promise<unknown>>();
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const row: Row = JSON.parse(line);
    const one = client
      .send(new TransactWriteItemsCommand({ TransactItems: actionsOf(row, table) }))
      .finally(() => underWay.delete(one));
    underWay.add(one);
    count += 1;
    if (underWay.size >= width) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return count;
}

function actionsOf({ id, username, email, phone }: Row, table: string): TransactWriteItem[] {
  const pk = `user#shop#${id}`;
  const at = new Date().toISOString();
  const identifiers = [username, email, phone];
  const pointer = (value: string): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: { pk: { S: value }, sk: { S: "pointer" }, user: { S: pk } },
      ConditionExpression: "attribute_not_exists(pk) OR #user = :me",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":me": { S: pk } },
    },
  });
  return [
    {
      Put: {
        TableName: table,
        Item: {
          pk: { S: pk },
          sk: { S: "user" },
          source: { S: "shop" },
          legacyId: { S: String(id) },
          legacyKey: { S: String(id) },
          state: { S: "imported" },
          identifiers: { L: identifiers.map((one) => ({ S: one })) },
          version: { N: "1" },
          since: { S: at },
          vaulted: { BOOL: true },
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    pointer(`legacy#${id}`),
    ...identifiers.map((one) => pointer(`identifier#${one}`)),
    {
      Update: {
        TableName: table,
        Key: { pk: { S: `count#${Math.floor(Math.random() * 16)}` }, sk: { S: "count" } },
        UpdateExpression: "ADD #to :one",
        ExpressionAttributeNames: { "#to": "imported" },
        ExpressionAttributeValues: { ":one": { N: "1" } },
      },
    },
    {
      Put: {
        TableName: table,
        Item: {
          pk: { S: `audit#shop#${id}` },
          sk: { S: "0000000001" },
          event: { S: "imported" },
          from: { S: "none" },
          to: { S: "imported" },
          at: { S: at },
        },
      },
    },
    {
      Put: {
        TableName: table,
        Item: {
          pk: { S: `vault#shop#${id}` },
          sk: { S: "vault" },
          version: { N: "1" },
          key: { B: key },
          content: { B: content },
        },
      },
    },
  ];
}
