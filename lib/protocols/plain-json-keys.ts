const strings = /"((?:[^"\\]|\\.)*)"(\s*:)?/gs;

/**
 * A JSON text whose members' names stand there without escapes: `{"\/":1}` as `{"/":1}`. V8 13.6 (Node 24) may decode an
 * escaped name wrongly once it has seen many objects, and then a member goes by another one's name.
 * `isPlain` is false where a name cannot be written without one, and stays: it has a quotation mark, a backslash, a control
 * character or half a character in it.
 */
export function withPlainKeys(text: string): { readonly text: string; readonly isPlain: boolean } {
  if (!text.includes("\\")) return { text, isPlain: true };
  let isPlain = true;
  const plain = text.replace(strings, (whole, name: string, colon: string | undefined) => {
    if (colon === undefined || !name.includes("\\")) return whole;
    const written = rewrite(name);
    if (written === undefined) isPlain = false;
    return written === undefined ? whole : `${written}${colon}`;
  });
  return { text: plain, isPlain };
}

/** The name as a JSON text without escapes, or undefined. */
function rewrite(name: string): string | undefined {
  try {
    const written = JSON.stringify(JSON.parse(`"${name}"`));
    return written.includes("\\") ? undefined : written;
  } catch {
    // No valid escape: the whole text is none, and whoever parses it says so.
    return `"${name}"`;
  }
}
