import type { Document, UpdateFilter } from "mongodb";
import { MigrationError } from "../core/errors.ts";
import type { MongodbUsers } from "./mongodb-connection.ts";

/**
 * The adopter's document as the collection will have it: with an `_id`, without what is `undefined`, every value in the
 * form in which it is read again. It can be mapped before anything is written.
 * @throws MigrationError CONFIG_INVALID for what is no document.
 */
export function newDocument(made: unknown, { BSON, ObjectId }: MongodbUsers["driver"], name: string): Document {
  if (!isPlain(made)) throw new MigrationError("CONFIG_INVALID", `${name}: create answered no object`);
  const document = made._id === undefined ? { ...made, _id: new ObjectId() } : made;
  return BSON.deserialize(BSON.serialize(document, { ignoreUndefined: true }), { promoteBuffers: false });
}

/**
 * The adopter's operators, without what is `undefined`; none at all where nothing is left to change.
 * @param what Whose operators they are, for the message: `mongodb: update`.
 * @throws MigrationError CONFIG_INVALID for what would replace the whole document, and for a pipeline.
 */
export function readUpdate(made: unknown, what: string): UpdateFilter<Document> | undefined {
  if (!isPlain(made)) throw new MigrationError("CONFIG_INVALID", `${what} answered no object with operators`);
  const operators = Object.entries(made).flatMap(([operator, fields]) => {
    if (fields === undefined) return [];
    if (!operator.startsWith("$") || !isPlain(fields)) {
      throw new MigrationError(
        "CONFIG_INVALID",
        `${what} answered the field ${JSON.stringify(operator)}, allowed are operators with objects ($set, $unset)`,
      );
    }
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return given.length === 0 ? [] : [[operator, Object.fromEntries(given)] as const];
  });
  return operators.length === 0 ? undefined : Object.fromEntries(operators);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("_bsontype" in value);
}
