import type { SchemaAttributeType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { type Finding, stop, warn } from "../preflight.ts";
import { type AnsweredUser, isEmail, isPhone, wantedName } from "./answered-user.ts";

// AttributeValueType: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AttributeType.html
const maxValueLength = 2048;
// ITU-T E.164.
const maxPhoneDigits = 15;

/** The rules of the pool's schema. One attribute that breaks one costs the user the whole migration. */
export function checkAttributes(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  const schema = new Map((pool.SchemaAttributes ?? []).map((one) => [one.Name ?? "", one]));
  // An empty value is none.
  const given = Object.entries(withName(pool, user)).filter(([, value]) => value !== "");
  const names = new Set(given.map(([name]) => name));
  return [
    ...given.flatMap(([name, value]) => {
      const attribute = schema.get(name);
      return attribute === undefined ? [checkAbsent(pool, schema, name)] : checkValue(attribute, name, value);
    }),
    ...given.flatMap(([name, value]) => checkContact(name, value)),
    ...[...schema].flatMap(([name, attribute]) => checkLack(attribute, name, names)),
    ...checkImmutable(schema, names),
  ];
}

/** In a pool with UsernameAttributes what was typed becomes that attribute. */
function withName(pool: UserPoolType, user: AnsweredUser): Readonly<Record<string, string>> {
  const name = wantedName(user);
  const attribute = isEmail(name) ? "email" : isPhone(name) ? "phone_number" : undefined;
  const implied = attribute !== undefined && (pool.UsernameAttributes ?? []).includes(attribute);
  return implied ? { [attribute]: name, ...user.attributes } : user.attributes;
}

function checkAbsent(pool: UserPoolType, schema: ReadonlyMap<string, SchemaAttributeType>, name: string): Finding {
  if (name === "custom:legacy_id") {
    const text = "Samekey's own attribute is not in the pool's schema: `wire` adds it.";
    // A pool without the trigger is not wired yet, and moves nobody before that.
    const wired = pool.LambdaConfig?.UserMigration !== undefined;
    return wired ? stop(name, `${text} Until then nobody is moved.`) : warn(name, text);
  }
  if (schema.has(`dev:${name}`)) {
    return stop(
      name,
      `The pool has it for developers only, as dev:${name}. Leave it out of the mapping's \`attributes\`.`,
    );
  }
  return stop(
    name,
    "It is not in the pool's schema. Leave it out of the mapping's `attributes`, or add it to the pool, where it stays for good.",
  );
}

function checkValue(attribute: SchemaAttributeType, name: string, value: string): readonly Finding[] {
  switch (attribute.AttributeDataType) {
    case "Boolean":
      return value === "true" || value === "false" ? [] : [stop(name, 'A Boolean has to be "true" or "false".')];
    case "DateTime":
      return Number.isNaN(Date.parse(value))
        ? [stop(name, "It is no date. Write it in ISO 8601 (which other forms Cognito takes is unverified).")]
        : [];
    case "Number":
      return checkNumber(attribute, name, value);
    default:
      return checkLength(attribute, name, value);
  }
}

function checkNumber(attribute: SchemaAttributeType, name: string, value: string): readonly Finding[] {
  if (!/^-?[0-9]+$/.test(value)) {
    return [stop(name, "A Number has to be a whole number in digits (for fractions this is unverified).")];
  }
  const number = Number(value);
  const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
  const [min, max] = [bound(MinValue), bound(MaxValue)];
  if (number < (min ?? number)) return [stop(name, `It is below ${min}, the least that the schema takes.`)];
  if (number > (max ?? number)) return [stop(name, `It is above ${max}, the most that the schema takes.`)];
  return [];
}

function checkLength(attribute: SchemaAttributeType, name: string, value: string): readonly Finding[] {
  const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
  const min = bound(MinLength) ?? 0;
  const max = Math.min(bound(MaxLength) ?? maxValueLength, maxValueLength);
  const { length } = value;
  if (length < min) return [stop(name, `It has ${length} characters, the schema takes ${min} to ${max}.`)];
  if (length <= max) return [];
  // Emoji and rare scripts take two units a character.
  const doubt = [...value].length <= max ? " (in UTF-16 units; how Cognito counts is unverified)" : "";
  return [stop(name, `It has ${length} characters${doubt}, the schema takes ${min} to ${max}.`)];
}

function bound(text: string | undefined): number | undefined {
  return text === undefined || text === "" ? undefined : Number(text);
}

function checkContact(name: string, value: string): readonly Finding[] {
  if (name === "email" && !isEmail(value)) return [stop(name, "It has not the form of an e-mail address.")];
  if (name !== "phone_number") return [];
  if (!isPhone(value)) {
    return [
      stop(name, "It has to be in E.164: +491701234567, without spaces, brackets and dashes. Do it in the mapping."),
    ];
  }
  if (value.length - 1 <= maxPhoneDigits) return [];
  return [
    warn(name, `It has more than ${maxPhoneDigits} digits, which no number has (that Cognito takes it is unverified).`),
  ];
}

function checkLack(attribute: SchemaAttributeType, name: string, given: ReadonlySet<string>): readonly Finding[] {
  if (name === "sub" || given.has(name)) return [];
  if (attribute.Required === true) {
    return [stop(name, "The pool requires it, and the user has none. Give it a value in the mapping's `attributes`.")];
  }
  if (attribute.Mutable !== false || name === "custom:legacy_id") return [];
  return [warn(name, "It is immutable, and the user has none: no value can be given later.")];
}

// Immutable attributes that an identity provider's mapping names fail its sign-ins:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html
function checkImmutable(
  schema: ReadonlyMap<string, SchemaAttributeType>,
  given: ReadonlySet<string>,
): readonly Finding[] {
  return [...given]
    .filter((name) => schema.get(name)?.Mutable === false && name !== "custom:legacy_id")
    .map((name) =>
      warn(
        name,
        "It is immutable, and gets its one value now: a later change in the legacy store cannot follow, and an identity provider that maps it fails.",
      ),
    );
}
