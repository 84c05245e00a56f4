import { type AccountFields, isAccount } from "./account-fields.ts";
import { hasDuplicateKeys } from "./duplicate-keys.ts";
import { withPlainKeys } from "./plain-json-keys.ts";

// Users nest their metadata five levels deep; a hundred is an attack on whoever walks it by recursion.
const maxDepth = 32;

export type CheckedJson =
  | {
      readonly kind: "object";
      readonly value: AccountFields;
      readonly names: readonly string[];
      readonly values: readonly unknown[];
    }
  | { readonly kind: "fault"; readonly reason: string };

/**
 * One JSON object out of a file, with its members in their order. Refused are a member that stands there twice, and more
 * than 32 levels.
 * @param members `usable`: refused are a member `__proto__` and a text with NUL or half a character, wherever they stand.
 * `any`: for who reads but what he knows; metadata that nobody uses may hold what it likes.
 */
export function parseCheckedJson(given: string, members: "usable" | "any" = "usable"): CheckedJson {
  const { text, isPlain } = withPlainKeys(given);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its own message quotes the text.
    return fault("no valid JSON");
  }
  if (!isAccount(value)) return fault("no JSON object");
  const names = Object.keys(value);
  const values: readonly unknown[] = Object.values(value);
  const chars = fewestChars(names, values, members === "any", 1);
  if (typeof chars === "string") return fault(chars);
  // Most texts have no more characters than their value needs, and one for each escape: they have room neither for a member
  // that has been lost nor for an escape by number, and need no closer look.
  if (chars !== text.length && chars + countEscapes(text) !== text.length) {
    // Each key of the text is followed by a colon with a quote or a space before it. Where there are no more of those than
    // keys in the value, no key has been lost.
    if (colonsBehindKeys(text) !== countKeys(value) && hasDuplicateKeys(text)) {
      return fault("a member that stands there twice");
    }
    const unusable = members === "usable" && text.includes("\\u") ? textFault(value) : undefined;
    if (unusable !== undefined) return fault(unusable);
  }
  if (!isPlain && members === "usable") return fault("a member whose name needs an escape");
  return { kind: "object", value, names, values };
}

/** How many characters a JSON text of this object or list has at least, or what is wrong with one of its names. */
function fewestChars(
  names: readonly string[],
  values: readonly unknown[],
  anyName: boolean,
  depth: number,
): number | string {
  if (depth > maxDepth) return `more than ${maxDepth} levels`;
  // Brackets and commas.
  let chars = values.length === 0 ? 2 : values.length + 1;
  for (const name of names) {
    if (name === "__proto__" && !anyName) return "a member called __proto__";
    // Quotes and a colon.
    chars += name.length + 3;
  }
  for (const value of values) {
    if (typeof value === "string") chars += value.length + 2;
    else if (typeof value === "number") chars += fewestDigits(value);
    else if (typeof value !== "object" || value === null) chars += value === false ? 5 : 4;
    else {
      const inner = fewestChars(
        Array.isArray(value) ? [] : Object.keys(value),
        Object.values(value),
        anyName,
        depth + 1,
      );
      if (typeof inner === "string") return inner;
      chars += inner;
    }
  }
  return chars;
}

/** `1000` may be written `1e3`, and a fraction in more ways: of those only one character is sure. */
function fewestDigits(value: number): number {
  const size = Math.abs(value);
  if (!Number.isInteger(value) || value % 1000 === 0 || size > Number.MAX_SAFE_INTEGER) return 1;
  let digits = value < 0 ? 2 : 1;
  for (let power = 10; size >= power; power *= 10) digits += 1;
  return digits;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner: readonly unknown[] = Object.values(value);
  return inner.reduce((sum: number, one) => sum + countKeys(one), Array.isArray(value) ? 0 : inner.length);
}

/** What an escape by number can make that is no text; characters that stand there as they are the reader has looked at. */
function textFault(value: unknown): string | undefined {
  if (typeof value === "string") {
    if (!value.isWellFormed()) return "an escape that is half a character";
    return value.includes("\0") ? "a NUL character" : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  // Of a name, half a character alone: NUL in it does no harm.
  const name = Array.isArray(value) ? undefined : Object.keys(value).find((one) => !one.isWellFormed());
  if (name !== undefined) return textFault(name);
  for (const one of Object.values(value)) {
    const found = textFault(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function countEscapes(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", at + 2)) count += 1;
  return count;
}

function colonsBehindKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === 0x22 || before <= 0x20) count += 1;
  }
  return count;
}

function fault(reason: string): CheckedJson {
  return { kind: "fault", reason };
}
