import type { JsonReply } from "../aws-json-server.ts";
import type { Backend } from "./backend.ts";
import { type CancellationReason, cancelled, isFoundWhenApplied } from "./cancellation.ts";
import { openIdempotency } from "./idempotency.ts";
import { type FoundItem, type Items, sizeOf } from "./items.ts";
import type { Stream } from "./stream.ts";
import { parseWrites, type WriteAction } from "./transaction-request.ts";
import { asItem, asObject, errorOf, type Item, invalid, type Json, ok, parseJson, ServiceError } from "./wire.ts";

/** Limit of the items of one transaction together, bytes. */
const maxBytes = 4 * 1024 * 1024;

type Applied =
  | { readonly kind: "applied"; readonly found: FoundItem; readonly after: Item | undefined; readonly capacity: number }
  | { readonly kind: "stopped"; readonly reason: CancellationReason };

/**
 * TransactWriteItems over a store that has none: each action is sent by itself, and what was done is undone where one
 * stops. It is all or nothing only because the caller lets no other request run meanwhile.
 */
export function openTransactWrite(
  backend: Backend,
  items: Items,
  now: () => number,
  stream: Pick<Stream, "changed">,
): (request: Json) => Promise<JsonReply> {
  const idempotency = openIdempotency(now);

  const apply = async (action: WriteAction, found: FoundItem | string): Promise<Applied> => {
    if (typeof found === "string" && action.kind !== "Put") return validationError(found);
    const reply = await send(backend, action, typeof found === "string" ? undefined : found);
    const error = errorOf(reply);
    if (error === undefined && typeof found !== "string") {
      const answer = parseJson(reply.body);
      const after = imageAfter(action, found, asItem(answer.Attributes));
      return {
        kind: "applied",
        found,
        after,
        capacity: Number(asObject(answer.ConsumedCapacity)?.CapacityUnits ?? 0),
      };
    }
    if (error?.type === "ConditionalCheckFailedException") {
      const image = typeof found === "string" || !action.wantsItemOnFailure ? undefined : found.image;
      const item = image === undefined ? {} : { Item: image };
      return { kind: "stopped", reason: { Code: "ConditionalCheckFailed", Message: error.message, ...item } };
    }
    if (error?.type === "ValidationException" && isFoundWhenApplied(error.message))
      return validationError(error.message);
    throw new ServiceError(reply);
  };

  return async (request) => {
    const actions = parseWrites(request);
    const token = request.ClientRequestToken;
    if (typeof token === "string" && idempotency.wasDone(token, request.TransactItems)) return ok({});

    const found: (FoundItem | string)[] = [];
    for (const action of actions) {
      found.push(await items.find(action.table, action.keyOrItem, action.kind === "Put" ? "item" : "key"));
    }
    const ids = found.flatMap((one) => (typeof one === "string" ? [] : [one.id]));
    if (new Set(ids).size < ids.length)
      throw invalid("Transaction request cannot include multiple operations on one item");

    const results: Applied[] = [];
    try {
      for (const [index, action] of actions.entries()) {
        results.push(await apply(action, found[index] ?? "no such item"));
      }
      const reasons = results.map((result) =>
        result.kind === "stopped" ? result.reason : ({ Code: "None" } as const),
      );
      if (reasons.some((reason) => reason.Code !== "None")) throw cancelled(reasons);
      const bytes = results.reduce((sum, result) => sum + touchedBytes(result), 0);
      if (bytes > maxBytes) throw invalid(`Transaction items are ${bytes} bytes together, allowed ${maxBytes}`);
    } catch (error) {
      for (const result of results) {
        if (result.kind === "applied") await items.restore(result.found);
      }
      throw error;
    }
    for (const result of results) {
      if (result.kind === "applied") await stream.changed(result.found, result.after);
    }
    if (typeof token === "string") idempotency.done(token, request.TransactItems);
    const wanted = request.ReturnConsumedCapacity;
    return ok(wanted === "TOTAL" || wanted === "INDEXES" ? { ConsumedCapacity: consumed(results) } : {});
  };
}

function imageAfter({ kind, keyOrItem }: WriteAction, found: FoundItem, updated: Item | undefined): Item | undefined {
  switch (kind) {
    case "Put":
      return keyOrItem;
    case "Update":
      return updated;
    case "Delete":
      return undefined;
    case "ConditionCheck":
      return found.image;
  }
}

function send(backend: Backend, action: WriteAction, found: FoundItem | undefined): Promise<JsonReply> {
  const fields = { ...action.fields, ReturnConsumedCapacity: "TOTAL" };
  switch (action.kind) {
    case "Put":
      return backend.call("PutItem", JSON.stringify(fields));
    case "Delete":
      return backend.call("DeleteItem", JSON.stringify(fields));
    case "Update":
      return backend.call("UpdateItem", JSON.stringify({ ...fields, ReturnValues: "ALL_NEW" }));
    case "ConditionCheck":
      // A write that changes nothing: what is there is put again, what is not there is deleted.
      if (found?.image === undefined) return backend.call("DeleteItem", JSON.stringify(fields));
      return backend.call("PutItem", JSON.stringify({ ...fields, Item: found.image }));
  }
}

function validationError(message: string): Applied {
  return { kind: "stopped", reason: { Code: "ValidationError", Message: message } };
}

function touchedBytes(result: Applied): number {
  return result.kind === "stopped" ? 0 : Math.max(sizeOf(result.found.image), sizeOf(result.after));
}

/** A transaction costs twice a plain write: it is prepared, then done. */
function consumed(results: readonly Applied[]): readonly Json[] {
  const perTable = new Map<string, number>();
  for (const result of results) {
    if (result.kind === "applied") {
      perTable.set(result.found.table, (perTable.get(result.found.table) ?? 0) + 2 * result.capacity);
    }
  }
  return [...perTable].map(([table, units]) => ({ TableName: table, CapacityUnits: units, WriteCapacityUnits: units }));
}
