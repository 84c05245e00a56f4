// The calls to the ledger, as somebody makes them by hand: the same two requests as Samekey's.
import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { clientSettings } from "./bare-settings.ts";
import type { BareUser } from "./bare-source.ts";

const table = process.env.SAMEKEY_TABLE;
const dynamoDb = new DynamoDBClient(clientSettings);

export async function readPointer(email: string): Promise<Record<string, AttributeValue> | undefined> {
  const Key = { pk: { S: `identifier#${email}` }, sk: { S: "pointer" } };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item;
}

export async function writeUser(source: string, { id, email }: BareUser): Promise<void> {
  const pk = `user#${source}#${id}`;
  const at = new Date().toISOString();
  const pointer = (key: string) => ({
    Put: {
      TableName: table,
      Item: { pk: { S: key }, sk: { S: "pointer" }, user: { S: pk } },
      ConditionExpression: "attribute_not_exists(pk) OR #user = :me",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":me": { S: pk } },
    },
  });
  await dynamoDb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: table,
            Item: {
              pk: { S: pk },
              sk: { S: "user" },
              source: { S: source },
              legacyId: { S: id },
              legacyKey: { S: id },
              state: { S: "verified" },
              identifiers: { L: [{ S: email }] },
              version: { N: "1" },
              since: { S: at },
              platformUsername: { S: email },
            },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        pointer(`legacy#${id}`),
        pointer(`identifier#${email}`),
        {
          Update: {
            TableName: table,
            Key: { pk: { S: `count#${Math.floor(Math.random() * 16)}` }, sk: { S: "count" } },
            UpdateExpression: "ADD #to :one",
            ExpressionAttributeNames: { "#to": "verified" },
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
        {
          Put: {
            TableName: table,
            Item: {
              pk: { S: `audit#${source}#${id}` },
              sk: { S: "0000000001" },
              event: { S: "verified" },
              from: { S: "none" },
              to: { S: "verified" },
              at: { S: at },
            },
          },
        },
      ],
    }),
  );
}
