import { MigrationError } from "../core/errors.ts";
import type { MongodbUsers } from "./mongodb-connection.ts";

type Driver = MongodbUsers["driver"];

// In the order in which MongoDB sorts them: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
const kinds = ["number", "string", "binData", "objectId"] as const;
type Kind = (typeof kinds)[number];

const forms: Readonly<Record<Exclude<Kind, "string">, RegExp>> = {
  number: /^(?:0|-?[1-9][0-9]{0,18})$/,
  binData: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/,
  objectId: /^[0-9a-f]{24}$/,
};

/**
 * Every value that a document may have for this id: the text, and what the text is written for. Only the form in which
 * `idText` writes it counts, so that no two texts are one user.
 */
export function idValues(text: string, driver: Driver): readonly unknown[] {
  return kinds.flatMap((kind) => {
    const value = valueAs(kind, text, driver);
    return value === undefined ? [] : [value];
  });
}

/** An ObjectId in hex, a UUID with its hyphens, a whole number of 64 bits or a decimal in digits; all else as it is. */
export function idText(value: unknown): unknown {
  const type = typeof value === "object" && value !== null ? Reflect.get(value, "_bsontype") : undefined;
  if (type === "ObjectId" || type === "Long" || type === "Decimal128") return String(value);
  // Sub-type 4 is a UUID in the order of its bytes: https://bsonspec.org/spec.html
  if (type === "Binary" && Reflect.get(Object(value), "sub_type") === 4) {
    const bytes: unknown = Reflect.get(Object(value), "buffer");
    if (bytes instanceof Uint8Array && bytes.length === 16) {
      return Buffer.from(bytes)
        .toString("hex")
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    }
  }
  return value;
}

/** Where a page ended. The kind stands before the text, since the same text may be a string and an ObjectId. */
export function placeOf(value: unknown): string | undefined {
  const text = idText(value);
  if (typeof value === "string") return `string:${value}`;
  if (typeof text === "number" && Number.isSafeInteger(text)) return `number:${text}`;
  if (typeof text !== "string") return undefined;
  const kind = kinds.find((one) => one !== "string" && forms[one].test(text));
  return kind === undefined ? undefined : `${kind}:${text}`;
}

/** Documents after this place in the order of the field, whatever kinds of ids the collection has. */
export function afterPlace(
  path: string,
  place: string,
  driver: Driver,
  name: string,
): Readonly<Record<string, unknown>> {
  const [kindText = ""] = place.split(":", 1);
  const text = place.slice(kindText.length + 1);
  const kind = kinds.find((one) => one === kindText);
  const value = kind === undefined ? undefined : valueAs(kind, text, driver);
  if (kind === undefined || value === undefined) {
    throw new MigrationError("CONFIG_INVALID", `${name}: \`after\` is no place that a page of this source ended at`);
  }
  const later = kinds.slice(kinds.indexOf(kind) + 1);
  const sameKind = { [path]: { $gt: value } };
  // `$gt` compares within a kind alone.
  return later.length === 0 ? sameKind : { $or: [sameKind, { [path]: { $type: later } }] };
}

function valueAs(kind: Kind, text: string, { Long, ObjectId, UUID }: Driver): unknown {
  if (kind === "string") return text;
  if (!forms[kind].test(text)) return undefined;
  if (kind === "objectId") return new ObjectId(text);
  if (kind === "binData") return new UUID(text);
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? Long.fromString(text) : undefined;
}
