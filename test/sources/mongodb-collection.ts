import { updateOne } from "mingo";
import { Context } from "mingo/core";
import * as queryOperators from "mingo/operators/query";
import { Query } from "mingo/query";
import { BSON, type Document } from "mongodb";
import { valuesAt } from "../../lib/protocols/mongodb-fields.ts";

/** One collection of a database double. Filters and updates are evaluated by mingo, another implementation than ours. */
export interface CollectionDouble {
  readonly documents: Document[];
  /** Runs a command as a server answers it: https://www.mongodb.com/docs/manual/reference/command/ */
  run(command: Document): Document | undefined;
}

// What mingo does not know: the kinds of BSON and their order.
const kindsInOrder = ["null", "number", "string", "object", "binData", "objectId", "bool"];

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value !== "object") return typeof value === "boolean" ? "bool" : typeof value;
  const type: unknown = Reflect.get(value, "_bsontype");
  if (type === "ObjectId") return "objectId";
  if (type === "Binary" || type === "UUID") return "binData";
  return type === "Long" ? "number" : "object";
}

const $type: typeof queryOperators.$type = (path, kinds) => (document) =>
  valuesAt(document, path).some((value) => [kinds].flat().includes(kindOf(value)));
const $gt: typeof queryOperators.$gt = (path, bound) => (document) =>
  valuesAt(document, path).some((value) => kindOf(value) === kindOf(bound) && compare(value, bound) > 0);
const context = Context.init({ query: { ...queryOperators, $type, $gt } });

/** @param unique The fields with a unique index. */
export function collectionDouble(documents: Document[], unique: readonly string[]): CollectionDouble {
  function matching(filter: Document, collation?: Document): Document[] {
    // Strength 2 of the Unicode collation: neither case nor width counts, and what is ignorable is not there.
    const fold = Number(collation?.strength ?? 3) <= 2 ? foldTexts : (value: unknown) => value;
    const query = new Query(fold(filter) as Document, { context });
    return documents.filter((document) => query.test(fold(document) as Document));
  }

  function taken(document: Document): Document | undefined {
    const field = ["_id", ...unique].find(
      (one) => document[one] !== undefined && matching({ [one]: { $eq: document[one] } }).length > 0,
    );
    const told = `E11000 duplicate key error collection: legacy.users dup key: { ${field}: "${document[field ?? ""]}" }`;
    return field === undefined ? undefined : { index: 0, code: 11000, errmsg: told };
  }

  function run(command: Document): Document | undefined {
    if (command.find !== undefined) {
      const [path] = Object.keys(command.sort ?? {});
      const found = matching(command.filter ?? {}, command.collation);
      if (path !== undefined) found.sort((one, other) => compare(valuesAt(one, path)[0], valuesAt(other, path)[0]));
      return { cursor: { id: BSON.Long.ZERO, ns: "legacy.users", firstBatch: found.slice(0, command.limit) } };
    }
    if (command.insert !== undefined) {
      const [document = {}] = command.documents;
      const error = taken(document);
      if (error !== undefined) return { n: 0, writeErrors: [error] };
      documents.push(document);
      return { n: 1 };
    }
    if (command.findAndModify !== undefined) {
      const [document] = matching(command.query);
      if (document === undefined) return { value: null };
      updateOne([document], {}, command.update);
      return { value: document };
    }
    if (command.delete !== undefined) {
      const [{ q }] = command.deletes;
      const [document] = matching(q);
      if (document !== undefined) documents.splice(documents.indexOf(document), 1);
      return { n: document === undefined ? 0 : 1 };
    }
    return undefined;
  }

  return { documents, run };
}

function compare(one: unknown, other: unknown): number {
  const kinds = kindsInOrder.indexOf(kindOf(one)) - kindsInOrder.indexOf(kindOf(other));
  if (kinds !== 0) return kinds;
  const [first = "", second = ""] = [String(one), String(other)];
  if (kindOf(one) === "number") return Number(first) - Number(second);
  return first < second ? -1 : first > second ? 1 : 0;
}

function foldTexts(value: unknown): unknown {
  if (typeof value === "string")
    return value
      .normalize("NFKC")
      .toLowerCase()
      .replace(/\p{Cf}/gu, "");
  if (Array.isArray(value)) return value.map(foldTexts);
  if (kindOf(value) !== "object" || Reflect.has(Object(value), "_bsontype") || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(Object(value)).map(([key, one]) => [key, foldTexts(one)]));
}
