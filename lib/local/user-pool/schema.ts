import { invalidParameter } from "./fault.ts";
import { flag, type Input, maxAttributeValueLength, optionalText, record, text } from "./input.ts";

export type AttributeType = "String" | "Number" | "DateTime" | "Boolean";
const attributeTypes: readonly AttributeType[] = ["String", "Number", "DateTime", "Boolean"];

/** One attribute of a pool's schema. `min` and `max` are lengths of a String, values of a Number. */
export interface SchemaAttribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly mutable: boolean;
  readonly required: boolean;
  readonly developerOnly: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export type Schema = ReadonlyMap<string, SchemaAttribute>;

// The standard attributes of OpenID Connect Core 1.0 section 5.1 as Cognito has them; `sub` is Cognito's own.
const standardTexts = [
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "email",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "phone_number",
  "address",
  "identities",
];

/** Attributes that Cognito writes for the user; no client and no import may. */
export const verifiedFlags: ReadonlyMap<string, string> = new Map([
  ["email", "email_verified"],
  ["phone_number", "phone_number_verified"],
]);

function standardSchema(): Map<string, SchemaAttribute> {
  const base = { mutable: true, required: false, developerOnly: false };
  const all: readonly SchemaAttribute[] = [
    { ...base, name: "sub", type: "String", mutable: false, required: true, min: 1, max: maxAttributeValueLength },
    ...standardTexts.map((name): SchemaAttribute => {
      // A birthdate is ten characters, YYYY-MM-DD.
      const length = name === "birthdate" ? { min: 10, max: 10 } : { min: 0, max: maxAttributeValueLength };
      return { ...base, name, type: "String", ...length };
    }),
    { ...base, name: "email_verified", type: "Boolean", min: undefined, max: undefined },
    { ...base, name: "phone_number_verified", type: "Boolean", min: undefined, max: undefined },
    { ...base, name: "updated_at", type: "Number", min: 0, max: undefined },
  ];
  return new Map(all.map((attribute) => [attribute.name, attribute]));
}

/** The schema of a new pool: the standard attributes, changed and extended by what CreateUserPool says. */
export function parseSchema(given: readonly Input[]): Schema {
  const schema = standardSchema();
  for (const input of given) {
    const name = text(input, "Name", { min: 1, max: 20 });
    const known = schema.get(name);
    if (known !== undefined) {
      schema.set(name, { ...known, ...changes(input) });
      continue;
    }
    const custom = parseCustomAttribute(input);
    if (schema.has(custom.name)) throw invalidParameter(`${custom.name}: Existing attribute already has name.`);
    schema.set(custom.name, custom);
  }
  return schema;
}

/** The schema with more custom attributes. An attribute can never be changed or removed afterwards. */
export function addCustomAttributes(schema: Schema, given: readonly Input[]): Schema {
  const next = new Map(schema);
  for (const input of given) {
    const custom = parseCustomAttribute(input);
    if (next.has(custom.name)) throw invalidParameter(`${custom.name}: Existing attribute already has name.`);
    next.set(custom.name, custom);
  }
  return next;
}

function parseCustomAttribute(input: Input): SchemaAttribute {
  const bare = text(input, "Name", { min: 1, max: 20 });
  const developerOnly = flag(input, "DeveloperOnlyAttribute") ?? false;
  if (flag(input, "Required") === true) {
    throw invalidParameter("Required custom attributes are not supported currently.");
  }
  const found = optionalText(input, "AttributeDataType", { oneOf: attributeTypes }) ?? "String";
  return {
    name: `${developerOnly ? "dev:" : ""}custom:${bare}`,
    type: attributeTypes.find((each) => each === found) ?? "String",
    mutable: true,
    required: false,
    developerOnly,
    min: undefined,
    max: undefined,
    ...changes(input),
  };
}

function changes(input: Input): Partial<SchemaAttribute> {
  const lengths = record(input, "StringAttributeConstraints");
  const values = record(input, "NumberAttributeConstraints");
  const min = lengths ? bound(lengths, "MinLength") : values ? bound(values, "MinValue") : undefined;
  const max = lengths ? bound(lengths, "MaxLength") : values ? bound(values, "MaxValue") : undefined;
  const mutable = flag(input, "Mutable");
  const required = flag(input, "Required");
  return {
    ...(mutable === undefined ? {} : { mutable }),
    ...(required === undefined ? {} : { required }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

// Cognito sends these numbers as texts.
function bound(constraints: Input, name: string): number | undefined {
  const value = optionalText(constraints, name);
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) throw invalidParameter(`${name}: not a number.`);
  return number;
}

/** The schema as DescribeUserPool shows it: custom names with their prefix. */
export function renderSchema(schema: Schema): readonly unknown[] {
  return [...schema.values()].map((attribute) => ({
    Name: attribute.name,
    AttributeDataType: attribute.type,
    DeveloperOnlyAttribute: attribute.developerOnly,
    Mutable: attribute.mutable,
    Required: attribute.required,
    ...(attribute.type === "String"
      ? { StringAttributeConstraints: limits("MinLength", attribute.min, "MaxLength", attribute.max) }
      : {}),
    ...(attribute.type === "Number"
      ? { NumberAttributeConstraints: limits("MinValue", attribute.min, "MaxValue", attribute.max) }
      : {}),
  }));
}

function limits(low: string, min: number | undefined, high: string, max: number | undefined): Record<string, string> {
  return {
    ...(min === undefined ? {} : { [low]: String(min) }),
    ...(max === undefined ? {} : { [high]: String(max) }),
  };
}
