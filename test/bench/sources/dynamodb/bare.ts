import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { bareByHash } from "../../bare-hash.ts";
import { clientSettings } from "../../bare-settings.ts";

const TableName = "bench-users";
const client = new DynamoDBClient(clientSettings);

// An index may lag behind, so the item itself is read by the table's key.
export const source = bareByHash("dynamodb", async (email) => {
  const query = new QueryCommand({
    TableName,
    IndexName: "email-index",
    KeyConditionExpression: "email = :email",
    ExpressionAttributeValues: { ":email": { S: email } },
    ProjectionExpression: "id",
    Limit: 2,
  });
  const { Items: [key, ...more] = [] } = await client.send(query);
  if (key?.id === undefined || more.length > 0) return undefined;
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: key.id }, ConsistentRead: true }));
  if (Item?.email?.S !== email) return undefined;
  return { id: Item.id?.S ?? "", email, hash: Item.passwordHash?.S ?? "", disabled: Item.disabled?.BOOL !== false };
});
