import type { JsonReply } from "../aws-json-server.ts";
import type { Backend } from "./backend.ts";
import { type CancellationReason, cancelled } from "./cancellation.ts";
import { type Items, sizeOf } from "./items.ts";
import { parseGets } from "./transaction-request.ts";
import { asItem, type Item, invalid, type Json, ok, succeeded } from "./wire.ts";

/** Limit of the items of one transaction together, bytes. */
const maxBytes = 4 * 1024 * 1024;

/** TransactGetItems: one instant's items, because the caller lets no other request run meanwhile. */
export function openTransactGet(backend: Backend, items: Items): (request: Json) => Promise<JsonReply> {
  return async (request) => {
    const gets = parseGets(request);
    const reasons: CancellationReason[] = [];
    const ids = new Set<string>();
    let bytes = 0;
    for (const get of gets) {
      const found = await items.find(get.table, get.key, "key");
      reasons.push(typeof found === "string" ? { Code: "ValidationError", Message: found } : { Code: "None" });
      if (typeof found === "string") continue;
      if (ids.has(found.id)) throw invalid("Transaction request cannot include multiple operations on one item");
      ids.add(found.id);
      bytes += sizeOf(found.image);
    }
    if (reasons.some((reason) => reason.Code !== "None")) throw cancelled(reasons);
    if (bytes > maxBytes) throw invalid(`Transaction items are ${bytes} bytes together, allowed ${maxBytes}`);
    const responses: { readonly Item?: Item }[] = [];
    for (const get of gets) {
      const answer = succeeded(await backend.call("GetItem", JSON.stringify({ ...get.fields, ConsistentRead: true })));
      const item = asItem(answer.Item);
      responses.push(item === undefined ? {} : { Item: item });
    }
    return ok({ Responses: responses });
  };
}
