import { BatchWriteItemCommand, CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { localClient } from "../../../support/ledger.ts";
import type { BenchSource } from "../../bench-source.ts";
import { type Person, somePeople } from "../../people.ts";

const table = "bench-users";
// The most that BatchWriteItem takes.
const batch = 25;

/** A table beside the ledger's, in the embedded DynamoDB. */
export const dynamodb: BenchSource = {
  name: "dynamodb",
  hashed: true,
  drivers: ["@aws-sdk/util-dynamodb"],
  async start(people, { dynamoDb }) {
    const client = localClient({ endpoint: dynamoDb });
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["id", "email"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        GlobalSecondaryIndexes: [
          {
            IndexName: "email-index",
            KeySchema: [{ AttributeName: "email", KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }),
    );
    const requests = (await somePeople(people)).map((one) => ({ PutRequest: { Item: itemOf(one) } }));
    for (let at = 0; at < requests.length; at += batch) {
      const RequestItems = { [table]: requests.slice(at, at + batch) };
      await client.send(new BatchWriteItemCommand({ RequestItems }));
    }
    client.destroy();
    return { setting: "the embedded DynamoDB", stop: async () => undefined };
  },
};

function itemOf({ id, email, hash }: Person) {
  return { id: { S: id }, email: { S: email }, passwordHash: { S: hash }, disabled: { BOOL: false } };
}
