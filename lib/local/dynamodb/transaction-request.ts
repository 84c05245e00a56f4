import { asItem, asObject, type Item, invalid, type Json } from "./wire.ts";

/** One action of a TransactWriteItems. `fields` are its parameters as they came. */
export interface WriteAction {
  readonly kind: "Put" | "Update" | "Delete" | "ConditionCheck";
  readonly table: string;
  /** The item of a Put, the key of the others. */
  readonly keyOrItem: Item;
  readonly wantsItemOnFailure: boolean;
  readonly fields: Json;
}

const kinds = ["Put", "Update", "Delete", "ConditionCheck"] as const;

/** Limit of one transaction: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const maxActions = 100;

/** @throws ServiceError ValidationException for what can be refused without looking at a table. */
export function parseWrites(request: Json): readonly WriteAction[] {
  return parseActions(request).map((action, index) => {
    const given = kinds.filter((kind) => asObject(action[kind]) !== undefined);
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
    }
    const fields = asObject(action[kind]) ?? {};
    const path = `transactItems.${index + 1}.member.${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;
    requireText(fields, path, "TableName");
    if (kind === "Update") requireText(fields, path, "UpdateExpression");
    if (kind === "ConditionCheck") requireText(fields, path, "ConditionExpression");
    return {
      kind,
      table: String(fields.TableName),
      keyOrItem: requireItem(fields, path, kind === "Put" ? "Item" : "Key"),
      wantsItemOnFailure: fields.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
      fields,
    };
  });
}

/** The Gets of a TransactGetItems, each with its parameters as they came. */
export function parseGets(
  request: Json,
): readonly { readonly table: string; readonly key: Item; readonly fields: Json }[] {
  return parseActions(request).map((action, index) => {
    const path = `transactItems.${index + 1}.member.get`;
    const fields = asObject(action.Get);
    if (fields === undefined) throw missing(path);
    requireText(fields, path, "TableName");
    return { table: String(fields.TableName), key: requireItem(fields, path, "Key"), fields };
  });
}

function parseActions(request: Json): readonly Json[] {
  const actions = request.TransactItems;
  if (!Array.isArray(actions)) throw missing("transactItems");
  const bound =
    actions.length === 0
      ? "greater than or equal to 1"
      : actions.length > maxActions
        ? `less than or equal to ${maxActions}`
        : undefined;
  if (bound !== undefined) {
    throw invalid(
      `1 validation error detected: Value '[${actions.length} actions]' at 'transactItems' failed to satisfy constraint: ` +
        `Member must have length ${bound}`,
    );
  }
  return actions.map((action: unknown) => asObject(action) ?? {});
}

function requireText(fields: Json, path: string, name: string): void {
  if (typeof fields[name] !== "string") throw missing(`${path}.${name.charAt(0).toLowerCase()}${name.slice(1)}`);
}

function requireItem(fields: Json, path: string, name: "Item" | "Key"): Item {
  const item = asItem(fields[name]);
  if (item === undefined) throw missing(`${path}.${name.toLowerCase()}`);
  return item;
}

function missing(path: string): Error {
  return invalid(
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}
