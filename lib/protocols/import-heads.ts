// What a file of exported users is, told by its first bytes. Nothing here throws: what is no text is of no format.

import { headText } from "./text-blocks.ts";

/**
 * The members that the head's JSON has, by their paths: `user_id`, `profile.login`, `users[].localId`. Lists and lines of
 * records look alike: `[{"id":1}]` and `{"id":1}` both have `id`. Empty where the head is no JSON.
 */
export function memberPaths(head: Uint8Array): ReadonlySet<string> {
  const text = headText(head);
  const paths = new Set<string>();
  if (!/^\s*[[{]/.test(text)) return paths;
  const open: { readonly bracket: string; readonly path: string }[] = [];
  let path = "";
  let at = 0;
  while (at < text.length) {
    const one = text[at];
    if (one === '"') {
      const end = endOfString(text, at);
      const parent = open.at(-1);
      if (parent?.bracket === "{" && /^\s*:/.test(text.slice(end + 1, end + 1 + maxBlank))) {
        path = `${parent.path === "" ? "" : `${parent.path}.`}${text.slice(at + 1, Math.min(end, at + 1 + maxKey))}`;
        if (open.length <= maxTold) paths.add(path);
      }
      at = end;
    } else if (one === "{" || one === "[") {
      const parent = open.at(-1);
      const own = parent === undefined ? "" : parent.bracket === "[" ? listPath(parent.path) : path;
      if (open.length >= maxDepth) return paths;
      open.push({ bracket: one, path: own });
    } else if (one === "}" || one === "]") open.pop();
    at += 1;
  }
  return paths;
}

// No format is told by members that are deeper or longer; without a bound a head could fill the memory.
const maxTold = 5;
const maxKey = 64;
const maxDepth = 64;
const maxBlank = 64;

function listPath(path: string): string {
  return path === "" ? "" : `${path}[]`;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** The fields of the first line of a CSV file; empty where the head is no such text. */
export function firstFields(head: Uint8Array): readonly string[] {
  const text = headText(head);
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line.length > maxHeader || /^\s*[[{]/.test(line) || line.includes("\u0000")) return [];
  const fields = line.match(/(?:"(?:[^"]|"")*"|[^,"][^,]*|)(?:,|$)/g) ?? [];
  return fields.map((field) =>
    field
      .replace(/,$/, "")
      .replace(/^"(.*)"$/s, "$1")
      .trim(),
  );
}

const maxHeader = 8 * 1024;

/** The head's lines, for formats whose lines tell. */
export function headLines(head: Uint8Array): readonly string[] {
  return headText(head).split(/\r?\n/);
}
