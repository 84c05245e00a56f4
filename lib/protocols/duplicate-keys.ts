/**
 * Whether an object in a JSON text has one key twice, also where one of the two is spelled with escapes. The text has to
 * be valid JSON. RFC 8259, section 4 leaves open which of the two counts; two parties that disagree about it disagree
 * about who was let in.
 */
export function hasDuplicateKeys(text: string): boolean {
  const open: (Set<unknown> | undefined)[] = [];
  let last = "";
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        last = text.slice(at, end);
        at = end - 1;
        break;
      }
      case "{":
        open.push(new Set());
        break;
      case "[":
        open.push(undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ":": {
        const keys = open.at(-1);
        const key: unknown = JSON.parse(last);
        if (keys?.has(key)) return true;
        keys?.add(key);
      }
    }
  }
  return false;
}

// By hand: a regular expression runs out of stack on a string of megabytes.
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
