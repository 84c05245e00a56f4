// The least that does the job: the database's URL in the environment, one connection, one unconditional PutItem. It
// keeps no secret, claims no identifier and knows no second source; what it costs is the floor, not a rival.
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { bcryptVerify } from "hash-wasm";
import pg from "pg";
import type { Event } from "./hand-written.ts";
import type { UserRow } from "./sources/postgres/bare.ts";

const dynamoDb = new DynamoDBClient({});
const database = new pg.Client({ connectionString: process.env.BENCH_URL });
const connected = database.connect();

export async function handler(event: Event): Promise<unknown> {
  await connected;
  const email = event.userName.toLowerCase();
  const { rows } = await database.query<UserRow>(
    "select id, email, email_confirmed, password_hash, disabled from users where lower(email) = $1",
    [email],
  );
  const [user] = rows;
  if (user === undefined || user.disabled) return { ...event, response: {} };
  if (!(await bcryptVerify({ password: event.request.password, hash: user.password_hash }))) {
    return { ...event, response: {} };
  }
  const Item = { pk: { S: `user#${user.id}` }, sk: { S: "user" }, email: { S: email } };
  await dynamoDb.send(new PutItemCommand({ TableName: process.env.SAMEKEY_TABLE, Item }));
  const userAttributes = { email: user.email, email_verified: String(user.email_confirmed) };
  return { ...event, response: { userAttributes, finalUserStatus: "CONFIRMED", messageAction: "SUPPRESS" } };
}
