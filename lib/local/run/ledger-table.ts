import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The ledger's table as serverless.yml makes it, as far as an emulator knows its settings. */
export async function createLedgerTable(client: DynamoDBClient, table: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
        { AttributeName: "open", AttributeType: "S" },
        { AttributeName: "since", AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "open",
          KeySchema: [
            { AttributeName: "open", KeyType: "HASH" },
            { AttributeName: "since", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
}
