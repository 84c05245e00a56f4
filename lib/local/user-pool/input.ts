import { CognitoFault, invalidParameter } from "./fault.ts";

/** A JSON object as it came in. Only its own keys count: `__proto__` and `constructor` are names like any other. */
export type Input = Readonly<Record<string, unknown>>;

interface TextRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
}

/** A user name or alias: letters, marks, symbols, numbers, punctuation; 1 to 128 characters (API reference, UsernameType). */
export const usernameRules: TextRules = { min: 1, max: 128, pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u };
/** A password (API reference, PasswordType): at most 256 characters, none of the two ends a space. */
export const passwordRules: TextRules = { max: 256, pattern: /^[\S]+.*[\S]+$/ };
export const codeRules: TextRules = { min: 1, max: 2048, pattern: /^\S+$/ };
/** The longest attribute value (API reference, AttributeValueType). */
export const maxAttributeValueLength = 2048;

export function isInput(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own member of that name; JSON's null counts as absent. */
export function member(input: Input, name: string): unknown {
  return Object.hasOwn(input, name) ? (input[name] ?? undefined) : undefined;
}

export function optionalText(input: Input, name: string, rules: TextRules = {}): string | undefined {
  const value = member(input, name);
  return value === undefined ? undefined : checkText(value, name, rules);
}

export function text(input: Input, name: string, rules: TextRules = {}): string {
  return optionalText(input, name, rules) ?? absent(name);
}

export function flag(input: Input, name: string): boolean | undefined {
  const value = member(input, name);
  if (value === undefined || typeof value === "boolean") return value;
  throw wrongType(value, "a Boolean", name);
}

export function integer(input: Input, name: string, bounds: { min: number; max: number }): number | undefined {
  const value = member(input, name);
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(value, "an Integer", name);
  if (value < bounds.min || value > bounds.max) {
    throw constraint(name, `Member must have value between ${bounds.min} and ${bounds.max}`);
  }
  return value;
}

export function record(input: Input, name: string): Input | undefined {
  const value = member(input, name);
  if (value === undefined || isInput(value)) return value;
  throw wrongType(value, "a Structure", name);
}

export function records(input: Input, name: string): readonly Input[] {
  return list(input, name).map((value) => {
    if (!isInput(value)) throw wrongType(value, "a Structure", name);
    return value;
  });
}

export function texts(input: Input, name: string, rules: TextRules = {}): readonly string[] | undefined {
  if (member(input, name) === undefined) return undefined;
  return list(input, name).map((value, index) => checkText(value, `${name}.${index + 1}.member`, rules));
}

/** A map of texts (ClientMetadata, AuthParameters). */
export function textMap(input: Input, name: string): ReadonlyMap<string, string> | undefined {
  const value = record(input, name);
  if (value === undefined) return undefined;
  return new Map(
    Object.entries(value).map(([key, each]) => [key, checkText(each, `${name}.${key}`, { max: 131_072 })]),
  );
}

/** A list of `{Name, Value}`; the last of one name counts. A pair without a value is an empty text. */
export function nameValues(input: Input, name: string): ReadonlyMap<string, string> {
  return new Map(
    records(input, name).map((pair, index) => {
      const path = `${name}.${index + 1}.member`;
      const key = checkText(member(pair, "Name") ?? absent(`${path}.name`), `${path}.name`, { min: 1, max: 32 });
      return [key, checkText(member(pair, "Value") ?? "", `${path}.value`, { max: maxAttributeValueLength })];
    }),
  );
}

function list(input: Input, name: string): readonly unknown[] {
  const value = member(input, name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrongType(value, "a List", name);
  return value;
}

function checkText(value: unknown, path: string, rules: TextRules): string {
  if (typeof value !== "string") throw wrongType(value, "a String", path);
  if (value.length < (rules.min ?? 0)) {
    throw constraint(path, `Member must have length greater than or equal to ${rules.min}`);
  }
  if (rules.max !== undefined && value.length > rules.max) {
    throw constraint(path, `Member must have length less than or equal to ${rules.max}`);
  }
  if (rules.pattern !== undefined && !rules.pattern.test(value)) {
    throw constraint(path, `Member must satisfy regular expression pattern: ${rules.pattern.source}`);
  }
  if (rules.oneOf !== undefined && !rules.oneOf.includes(value)) {
    throw constraint(path, `Member must satisfy enum value set: [${rules.oneOf.join(", ")}]`);
  }
  return value;
}

function absent(name: string): never {
  throw invalidParameter(
    `1 validation error detected: Value null at '${decapitalize(name)}' failed to satisfy constraint: Member must not be null`,
  );
}

// The value itself is left out on purpose: it may be a password.
function constraint(path: string, rule: string): CognitoFault {
  return invalidParameter(
    `1 validation error detected: Value at '${decapitalize(path)}' failed to satisfy constraint: ${rule}`,
  );
}

function wrongType(value: unknown, wanted: string, path: string): CognitoFault {
  const found = Array.isArray(value) ? "LIST" : typeof value === "object" ? "STRUCTURE" : typeof value;
  return new CognitoFault(
    "SerializationException",
    `${found.toUpperCase()}_VALUE can not be converted to ${wanted} at '${decapitalize(path)}'`,
  );
}

function decapitalize(path: string): string {
  return path.slice(0, 1).toLowerCase() + path.slice(1);
}
