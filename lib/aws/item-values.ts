import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { convertToAttr, convertToNative } from "@aws-sdk/util-dynamodb";
import { MigrationError } from "../core/errors.ts";

/** An item as DynamoDB takes and gives it. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * An item as plain values: text, number, boolean, null, Uint8Array, Set, list, object. A number that JavaScript cannot
 * hold exactly is text.
 */
export type Item = Readonly<Record<string, unknown>>;

/** What a key consists of, by the names of its attributes. */
export type KeyValues = Readonly<Record<string, string | number | bigint>>;

// What a partition key and a sort key may have, bytes:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys
const maxPartitionKeyBytes = 2048;
const maxSortKeyBytes = 1024;
// The digits of DynamoDB's numbers, and those that every decimal fraction keeps in a double.
const maxDigits = 38;
const exactDigits = 15;

export function readItem(attributes: Attributes): Item {
  // Without a prototype: `constructor` is a name like any other here.
  const item: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    item[name] = convertToNative(value, { wrapNumbers: readNumber });
  }
  return item;
}

function readNumber(text: string): number | string {
  const number = Number(text);
  if (/^-?[0-9]+$/.test(text)) return Number.isSafeInteger(number) ? number : text;
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[^0-9]/g, "")
    .replace(/^0+/, "");
  return digits.length <= exactDigits ? number : text;
}

/**
 * What the adopter's function answers; what it throws is a fault of the config, not of a user.
 * @param what Whose answer it is, for the message.
 * @throws MigrationError CONFIG_INVALID also for what is no object.
 */
export function askForItem(what: string, answer: () => unknown): Item {
  let values: unknown;
  try {
    values = answer();
  } catch (cause) {
    throw new MigrationError("CONFIG_INVALID", `${what} threw`, { cause });
  }
  if (typeof values === "object" && values !== null && !Array.isArray(values)) return { ...values };
  throw new MigrationError("CONFIG_INVALID", `${what} answered no object with attributes`);
}

/**
 * The attributes for plain values; what is undefined is left out.
 * @param what Whose answer the values are, for the message.
 * @throws MigrationError CONFIG_INVALID that names an attribute which DynamoDB has no type for, never its value.
 */
export function writeItem(what: string, values: Item): Attributes {
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    try {
      attributes[name] = convertToAttr(value, { removeUndefinedValues: true });
    } catch {
      // No cause: its text quotes the value.
      throw new MigrationError(
        "CONFIG_INVALID",
        `${what}: the attribute ${JSON.stringify(name)} cannot be stored; allowed are text, finite numbers, bigint, ` +
          "boolean, null, Uint8Array, sets that are not empty, lists and plain objects",
      );
    }
  }
  return attributes;
}

/**
 * The attributes of a key.
 * @returns undefined for a key that no item can have: an empty or overlong text, a number that is not whole.
 * @throws MigrationError CONFIG_INVALID for what is no key at all, RECORD_UNUSABLE for a number that was rounded.
 */
export function writeKey(what: string, values: unknown): Attributes | undefined {
  const entries = typeof values === "object" && values !== null ? Object.entries(values) : [];
  if (entries.length < 1 || entries.length > 2) {
    throw new MigrationError("CONFIG_INVALID", `${what} answered no object with one or two key attributes`);
  }
  const maxBytes = entries.length === 1 ? maxPartitionKeyBytes : maxSortKeyBytes;
  const key: Record<string, AttributeValue> = Object.create(null);
  for (const [name, value] of entries) {
    const attribute = keyAttribute(`${what}: ${JSON.stringify(name)}`, value, maxBytes);
    if (attribute === undefined) return undefined;
    key[name] = attribute;
  }
  return key;
}

function keyAttribute(what: string, value: unknown, maxBytes: number): AttributeValue | undefined {
  switch (typeof value) {
    case "string":
      return value !== "" && value.isWellFormed() && Buffer.byteLength(value) <= maxBytes ? { S: value } : undefined;
    case "bigint":
      return String(value).replace("-", "").length <= maxDigits ? { N: String(value) } : undefined;
    case "number":
      if (!Number.isInteger(value)) return undefined;
      if (Number.isSafeInteger(value)) return { N: String(value) };
      throw new MigrationError("RECORD_UNUSABLE", `${what} is over 2^53 and was rounded; answer a bigint`);
    default:
      throw new MigrationError("CONFIG_INVALID", `${what} is a ${typeof value}, allowed are text, number and bigint`);
  }
}
