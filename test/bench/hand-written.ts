// What Samekey is measured against: a user migration trigger as a careful team writes it by hand for one database and
// one hash. Same driver, hash, SDK clients and requests, in the same order; clients and connection are made during init.
import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { bcryptVerify } from "hash-wasm";
import pg from "pg";

export interface Event {
  readonly triggerSource: string;
  readonly userName: string;
  readonly request: { readonly password: string };
}

export interface User {
  readonly id: string;
  readonly email: string;
  readonly email_confirmed: boolean;
  readonly password_hash: string;
  readonly disabled: boolean;
}

const table = process.env.SAMEKEY_TABLE;
const requestHandler = { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true };
const dynamoDb = new DynamoDBClient({ maxAttempts: 2, requestHandler });
const secrets = new SecretsManagerClient({ maxAttempts: 2, requestHandler });

let connection: Promise<pg.Client> | undefined = connect();

async function connect(): Promise<pg.Client> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "samekey/bench-database" }));
  const client = new pg.Client({
    connectionString: SecretString,
    connectionTimeoutMillis: 1500,
    query_timeout: 2000,
    keepAlive: true,
  });
  client.on("error", () => {
    connection = undefined;
  });
  await client.connect();
  return client;
}

// A failed opening during init is met again by the first event.
connection.catch(() => {
  connection = undefined;
});

export async function findUser(email: string): Promise<User | undefined> {
  connection ??= connect();
  const { rows } = await (await connection).query<User>(
    "select id, email, email_confirmed, password_hash, disabled from users where lower(email) = $1",
    [email],
  );
  return rows.length === 1 ? rows[0] : undefined;
}

export function checkPassword(user: User, password: string): Promise<boolean> {
  return bcryptVerify({ password, hash: user.password_hash });
}

export async function readPointer(email: string): Promise<Record<string, AttributeValue> | undefined> {
  const Key = { pk: { S: `identifier#${email}` }, sk: { S: "pointer" } };
  const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item;
}

export async function writeUser({ id, email }: User): Promise<void> {
  const pk = `user#postgres#${id}`;
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
              source: { S: "postgres" },
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
              pk: { S: `audit#postgres#${id}` },
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

export async function handler(event: Event): Promise<unknown> {
  const refusal = { ...event, response: {} };
  const { password } = event.request;
  if (event.triggerSource !== "UserMigration_Authentication" || password === "") return refusal;
  const email = event.userName.trim().toLowerCase();
  if ((await readPointer(email)) !== undefined) return refusal;
  const user = await findUser(email);
  if (user === undefined || !(await checkPassword(user, password)) || user.disabled) return refusal;
  await writeUser(user);
  console.log(JSON.stringify({ level: "INFO", outcome: "verified", source: "postgres" }));
  return {
    ...event,
    response: {
      userAttributes: { email: user.email, email_verified: String(user.email_confirmed), "custom:legacy_id": user.id },
      finalUserStatus: "CONFIRMED",
      messageAction: "SUPPRESS",
      forceAliasCreation: false,
    },
  };
}
