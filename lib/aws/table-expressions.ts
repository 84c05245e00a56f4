import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "./item-values.ts";
import type { AttributeChanges } from "./user-table.ts";

// Names stand in an expression as `#n0`, values as `:v0`: a reserved word is a name like any other, and no text of
// anybody's becomes syntax.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html

/** The members of a Query for the items whose key has these values, read with these attributes alone. */
export function equalTo(key: Attributes, names: readonly string[]) {
  const { entries, place } = placeholders(key, names);
  return {
    KeyConditionExpression: entries.map(([name], index) => `${place(name)} = :v${index}`).join(" AND "),
    ProjectionExpression: names.map(place).join(", "),
    ExpressionAttributeNames: place.names(),
    ExpressionAttributeValues: values(entries),
  };
}

/** The members of an UpdateItem that changes these attributes of an item that is there. */
export function updateOf(key: Attributes, changes: AttributeChanges) {
  const { entries, place } = placeholders(changes.set, changes.remove);
  const newValue = (name: string, index: number) =>
    changes.onlyNew === true ? `if_not_exists(${place(name)}, :v${index})` : `:v${index}`;
  const clauses = [
    entries.length === 0
      ? ""
      : `SET ${entries.map(([name], index) => `${place(name)} = ${newValue(name, index)}`).join(", ")}`,
    changes.remove.length === 0 ? "" : `REMOVE ${changes.remove.map(place).join(", ")}`,
  ].filter((clause) => clause !== "");
  const [keyName = ""] = Object.keys(key);
  return {
    ...(clauses.length === 0 ? {} : { UpdateExpression: clauses.join(" ") }),
    ConditionExpression: `attribute_exists(${place(keyName)})`,
    ExpressionAttributeNames: place.names(),
    ...(entries.length === 0 ? {} : { ExpressionAttributeValues: values(entries) }),
    ReturnValues: "ALL_NEW" as const,
  };
}

function placeholders(attributes: Attributes, names: readonly string[]) {
  const entries = Object.entries(attributes);
  const known = new Map<string, string>();
  const placeOf = (name: string): string => {
    const place = known.get(name) ?? `#n${known.size}`;
    known.set(name, place);
    return place;
  };
  for (const name of [...entries.map(([one]) => one), ...names]) placeOf(name);
  const place = Object.assign(placeOf, {
    names: (): Record<string, string> => Object.fromEntries([...known].map(([name, one]) => [one, name])),
  });
  return { entries, place };
}

function values(entries: readonly (readonly [string, AttributeValue])[]): Record<string, AttributeValue> {
  return Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value]));
}
