/** The values at a path of a document, as MongoDB reads it: `emails.address` is that of each entry, `emails.0` the first one. */
export function valuesAt(document: unknown, path: string): readonly unknown[] {
  const [first = "", ...rest] = path.split(".");
  const value =
    typeof document === "object" && document !== null && Object.hasOwn(document, first)
      ? Reflect.get(document, first)
      : undefined;
  if (rest.length > 0) {
    const below = rest.join(".");
    return (Array.isArray(value) ? [...value, value] : [value]).flatMap((one) => valuesAt(one, below));
  }
  return Array.isArray(value) ? value : [value];
}

/** Whether one of the values is the canonical text, in letters of either case and in any form of Unicode. */
export function carries(values: readonly unknown[], canonical: string): boolean {
  return values.some((value) => typeof value === "string" && (value === canonical || folded(value) === canonical));
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase().normalize("NFC");
}

/** A pattern that means the text and nothing else: in PCRE a backslash takes the meaning of whatever is no letter or digit. */
export function literalPattern(text: string): string {
  return text.replace(/[^A-Za-z0-9\u0080-\u{10ffff}]/gu, "\\$&");
}

/** Where a value has an `undefined`, which a filter would lose or take for null: it would find somebody else. */
export function undefinedIn(value: unknown, path = ""): string | undefined {
  if (value === undefined) return path === "" ? "the whole" : path;
  if (typeof value !== "object" || value === null || Reflect.has(value, "_bsontype")) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = undefinedIn(inner, path === "" ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
