import { type JsonReply, type JsonService, startJsonServer } from "../aws-json-server.ts";
import { type FaultPlan, openFaultPlan } from "../faults.ts";
import { openBackend } from "./backend.ts";
import { faultReply } from "./fault-reply.ts";
import { type Items, openItems } from "./items.ts";
import { noStream, openStream, type StreamRecord } from "./stream.ts";
import { openTables } from "./tables.ts";
import { openTransactGet } from "./transact-get.ts";
import { openTransactWrite } from "./transact-write.ts";
import { openTurns } from "./turns.ts";
import { asItem, errorOf, type Json, parseJson, ServiceError, serviceError } from "./wire.ts";

export interface DynamoDbOptions {
  /** The port to prefer; without it, or when it is taken, another one. */
  readonly port?: number;
  /** A folder in which the tables outlive the process; without it they are in memory. */
  readonly path?: string;
  readonly faults?: FaultPlan;
  /** Milliseconds since 1970; only the ten minutes of a request token are measured by it. */
  readonly now?: () => number;
  /** Gets each record of the tables' streams, in their order. */
  readonly onRecord?: (record: StreamRecord) => void;
}

export interface LocalDynamoDb {
  readonly endpoint: string;
  /** Requests per operation since the start. */
  readonly requests: ReadonlyMap<string, number>;
  readonly faults: FaultPlan;
  stop(): Promise<void>;
}

/**
 * DynamoDB on 127.0.0.1: dynalite, and before it transactions, the item of a failed condition, and the table settings
 * that real templates have; streams as far as their records. One request at a time, so a TransactionConflict comes from
 * `faults` alone. No expiry, no PartiQL.
 */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const backend = await openBackend(options.path);
  const tables = openTables(backend);
  const items = openItems(backend, tables);
  const now = options.now ?? Date.now;
  const { onRecord } = options;
  const stream = onRecord === undefined ? noStream : openStream(tables, items, now, onRecord);
  const transactWrite = openTransactWrite(backend, items, now, stream);
  const transactGet = openTransactGet(backend, items);
  const inTurn = openTurns();
  const faults = options.faults ?? openFaultPlan();

  const dispatch = async (operation: string, body: string): Promise<JsonReply> => {
    const request = parseJson(body);
    if (operation === "TransactWriteItems") return transactWrite(request);
    if (operation === "TransactGetItems") return transactGet(request);
    if (tables.handles(operation)) return tables.answer(operation, request, body);
    const tell = await stream.watch(operation, request);
    const reply = await backend.call(operation, body);
    if (errorOf(reply) !== undefined) return withItemOnFailure(reply, operation, request, items);
    await tell();
    return reply;
  };
  const service: JsonService = {
    contentType: "application/x-amz-json-1.0",
    target: "DynamoDB_20120810",
    answer: (operation, body) =>
      inTurn(() => dispatch(operation, body)).catch((error: unknown) => {
        if (error instanceof ServiceError) return error.reply;
        throw error;
      }),
    faultReply,
  };
  const server = await startJsonServer(service, faults, options.port);
  return {
    endpoint: server.endpoint,
    requests: server.requests,
    faults,
    stop: async () => {
      await server.stop();
      // What is under way ends before the store is closed under it.
      await inTurn(() => backend.stop());
    },
  };
}

/** dynalite does not know ReturnValuesOnConditionCheckFailure: the item is added to its refusal. */
async function withItemOnFailure(reply: JsonReply, operation: string, request: Json, items: Items): Promise<JsonReply> {
  if (request.ReturnValuesOnConditionCheckFailure !== "ALL_OLD") return reply;
  const error = errorOf(reply);
  if (error?.type !== "ConditionalCheckFailedException") return reply;
  const from = operation === "PutItem" ? "item" : "key";
  const found = await items.find(
    String(request.TableName),
    asItem(request[from === "item" ? "Item" : "Key"]) ?? {},
    from,
  );
  if (typeof found === "string" || found.image === undefined) return reply;
  return serviceError(error.type, error.message, { Item: found.image }).reply;
}
