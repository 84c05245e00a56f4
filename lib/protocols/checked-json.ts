import { type AccountFields, isAccount } from "./account-fields.ts";
import { hasDuplicateKeys } from "./duplicate-keys.ts";

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
export function parseCheckedJson(text: string, members: "usable" | "any" = "usable"): CheckedJson {
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
  const checks = { names: members === "usable", texts: members === "usable" && text.includes("\\") };
  const keys = countKeys(names, values, checks, 1);
  if (typeof keys === "string") return fault(keys);
  // Each key of the text is followed by a colon with a quote or a space before it: where there are no more of those than
  // keys in the value, no key has been lost. Few texts need the slow check.
  if (colonsBehindKeys(text) !== keys && hasDuplicateKeys(text)) return fault("a member that stands there twice");
  return { kind: "object", value, names, values };
}

/** How many keys there are on all levels, or what is wrong with one of them or with a text. */
function countKeys(
  names: readonly string[],
  values: readonly unknown[],
  checks: { readonly names: boolean; readonly texts: boolean },
  depth: number,
): number | string {
  if (depth > maxDepth) return `more than ${maxDepth} levels`;
  let count = names.length;
  for (const name of names) {
    if (checks.names && name === "__proto__") return "a member called __proto__";
    if (checks.texts && !name.isWellFormed()) return notUnicode;
  }
  for (const value of values) {
    if (typeof value === "string") {
      // Of characters alone it is well-formed already; an escape can make half of one.
      if (checks.texts && !value.isWellFormed()) return notUnicode;
      if (checks.texts && value.includes("\0")) return "a NUL character";
    } else if (typeof value === "object" && value !== null) {
      const isList = Array.isArray(value);
      const inner = countKeys(isList ? [] : Object.keys(value), Object.values(value), checks, depth + 1);
      if (typeof inner === "string") return inner;
      count += inner;
    }
  }
  return count;
}

const notUnicode = "an escape that is half a character";

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
