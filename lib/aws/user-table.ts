import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { untilAborted } from "../core/deadline.ts";
import { MigrationError } from "../core/errors.ts";
import type { AssumedRole } from "./assumed-role.ts";
import { awsFailure } from "./call-failure.ts";
import { openDynamoDb } from "./dynamodb-client.ts";
import { isPassing, isThrottled, withRetry } from "./dynamodb-retry.ts";
import type { Attributes } from "./item-values.ts";
import { roleCredentials } from "./role-credentials.ts";
import { equalTo, updateOf } from "./table-expressions.ts";

export interface UserTableAddress {
  /** Of the source; begins the messages. */
  readonly name: string;
  /** The table's name, or its ARN. */
  readonly table: string;
  readonly region: string | undefined;
  readonly role: AssumedRole | undefined;
}

/**
 * The calls to a table of users. Each is cut by its signal, repeated while DynamoDB throttles, and throws MigrationError
 * SOURCE_UNAVAILABLE or SOURCE_REFUSED_CREDENTIAL.
 */
export interface UserTable {
  /** Strongly consistent. */
  get(key: Attributes, signal: AbortSignal): Promise<Attributes | undefined>;
  /** The first two items with this key: their attributes of these names. Strongly consistent without an index. */
  query(
    index: string | undefined,
    key: Attributes,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Attributes[]>;
  /** Strongly consistent; at most 1 MB. */
  scan(from: Attributes | undefined, limit: number, signal: AbortSignal): Promise<ScannedPage>;
  /** @returns whether there was no item with this key: then it is written. */
  put(item: Attributes, keyName: string, signal: AbortSignal): Promise<boolean>;
  /** @returns the item after the change; undefined for one that is not there. */
  update(key: Attributes, changes: AttributeChanges, signal: AbortSignal): Promise<Attributes | undefined>;
  /** @returns whether there was one. */
  remove(key: Attributes, signal: AbortSignal): Promise<boolean>;
  warm(): void;
  close(): void;
}

export interface ScannedPage {
  readonly items: readonly Attributes[];
  readonly next: Attributes | undefined;
}

export interface AttributeChanges {
  readonly set: Attributes;
  readonly remove: readonly string[];
  /** What the item has already stays as it is. */
  readonly onlyNew?: boolean;
}

// A read that failed is asked twice more: a table that is down shall be a fault before the event's time is over.
const moreReads = 2;
// The role's session ended early, or this machine's clock is wrong: the next attempt is signed afresh.
const signedAfresh: ReadonlySet<string> = new Set([
  "ExpiredTokenException",
  "InvalidSignatureException",
  "RequestTimeTooSkewed",
]);

/** One table. The client is made at the first use, and again after it was closed. */
export function openUserTable({ name, table, region, role }: UserTableAddress): UserTable {
  let client: DynamoDBClient | undefined;

  function open(): DynamoDBClient {
    const place = region === undefined ? {} : { region };
    client ??= openDynamoDb(role === undefined ? place : { ...place, credentials: roleCredentials(role, region) });
    return client;
  }

  function close(): void {
    client?.destroy();
    client = undefined;
  }

  function call<T>(
    what: "read" | "write",
    command: string,
    signal: AbortSignal,
    send: (client: DynamoDBClient, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    let readsLeft = what === "read" ? moreReads : 0;
    let maySignAfresh = true;

    function repeats(error: unknown): boolean {
      if (isThrottled(error) || isNamed(error, "TransactionConflictException")) return true;
      if (error instanceof Error && signedAfresh.has(error.name)) {
        // A new client asks for the role again.
        if (isNamed(error, "ExpiredTokenException")) close();
        const again = maySignAfresh;
        maySignAfresh = false;
        return again;
      }
      // A write of which nobody knows whether it was carried out is not sent twice: it would meet itself.
      return isPassing(error) && awsFailure(name, command, error).code === "SOURCE_UNAVAILABLE" && readsLeft-- > 0;
    }

    return withRetry(
      // The role's credentials are fetched without the signal; they have a bound of their own.
      (attempt) => untilAborted(send(open(), { abortSignal: attempt.signal }), attempt.signal),
      signal,
      { repeats, asFault: (error) => faultOf(name, command, error), random: Math.random },
    );
  }

  return {
    async get(key, signal) {
      const command = new GetItemCommand({ TableName: table, Key: { ...key }, ConsistentRead: true });
      return (await call("read", "GetItem", signal, (to, options) => to.send(command, options))).Item;
    },
    async query(index, key, names, signal) {
      const command = new QueryCommand({
        TableName: table,
        ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
        ...equalTo(key, names),
        Limit: 2,
      });
      return (await call("read", "Query", signal, (to, options) => to.send(command, options))).Items ?? [];
    },
    async scan(from, limit, signal) {
      const start = from === undefined ? {} : { ExclusiveStartKey: { ...from } };
      const command = new ScanCommand({ TableName: table, ConsistentRead: true, Limit: limit, ...start });
      const answer = await call("read", "Scan", signal, (to, options) => to.send(command, options));
      return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
    },
    async put(item, keyName, signal) {
      const command = new PutItemCommand({
        TableName: table,
        Item: { ...item },
        ConditionExpression: "attribute_not_exists(#key)",
        ExpressionAttributeNames: { "#key": keyName },
      });
      const sent = call("write", "PutItem", signal, (to, options) => ifItHolds(to.send(command, options)));
      return (await sent) !== undefined;
    },
    async update(key, changes, signal) {
      const command = new UpdateItemCommand({ TableName: table, Key: { ...key }, ...updateOf(key, changes) });
      const sent = call("write", "UpdateItem", signal, (to, options) => ifItHolds(to.send(command, options)));
      return (await sent)?.Attributes;
    },
    async remove(key, signal) {
      const command = new DeleteItemCommand({ TableName: table, Key: { ...key }, ReturnValues: "ALL_OLD" });
      const answer = await call("write", "DeleteItem", signal, (to, options) => to.send(command, options));
      return answer.Attributes !== undefined;
    },
    warm() {
      if (role !== undefined)
        open()
          .config.credentials()
          .catch(() => undefined);
    },
    close,
  };
}

/** The answer of a conditional write, or undefined when its condition did not hold. */
async function ifItHolds<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function faultOf(name: string, command: string, error: unknown): MigrationError {
  if (!isNamed(error, "ValidationException")) return awsFailure(name, command, error);
  return new MigrationError(
    "SOURCE_UNAVAILABLE",
    `${name}: ${command} failed: ValidationException; compare \`tableKey\`, \`find\` and the types of their values ` +
      "with the table",
    { cause: error },
  );
}
