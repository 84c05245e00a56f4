import { hasDuplicateKeys } from "./duplicate-keys.ts";

// Users nest their metadata five levels deep; a hundred is an attack on whoever walks it by recursion.
const maxDepth = 32;

export type CheckedJson =
  | { readonly kind: "object"; readonly names: readonly string[]; readonly values: readonly unknown[] }
  | { readonly kind: "fault"; readonly reason: string };

/**
 * One JSON object out of a file, with its members in their order. Refused are a member that stands there twice, a member
 * `__proto__`, a text that is no Unicode, and more than 32 levels.
 */
export function parseCheckedJson(text: string): CheckedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its own message quotes the text.
    return fault("no valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fault("no JSON object");
  const names = Object.keys(value);
  const values: readonly unknown[] = Object.values(value);
  const escaped = text.includes("\\");
  const keys = countKeys(names, values, escaped, 1);
  if (typeof keys === "string") return fault(keys);
  // Each key of the text is followed by a colon with a quote or a space before it: where there are no more of those than
  // keys in the value, no key has been lost. Few texts need the slow check.
  if (colonsBehindKeys(text) !== keys && hasDuplicateKeys(text)) return fault("a member that stands there twice");
  return { kind: "object", names, values };
}

/** How many keys there are on all levels, or what is wrong with one of them or with a text. */
function countKeys(
  names: readonly string[],
  values: readonly unknown[],
  escaped: boolean,
  depth: number,
): number | string {
  if (depth > maxDepth) return `more than ${maxDepth} levels`;
  let count = names.length;
  for (const name of names) {
    if (name === "__proto__") return "a member called __proto__";
    if (escaped && !name.isWellFormed()) return notUnicode;
  }
  for (const value of values) {
    if (typeof value === "string") {
      // Of characters alone it is well-formed already; an escape can make half of one.
      if (escaped && !value.isWellFormed()) return notUnicode;
      if (escaped && value.includes("\0")) return "a NUL character";
    } else if (typeof value === "object" && value !== null) {
      const isList = Array.isArray(value);
      const inner = countKeys(isList ? [] : Object.keys(value), Object.values(value), escaped, depth + 1);
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
