import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { MigrationError } from "../core/errors.ts";

export interface XmlHandlers {
  /** Names are without their prefix. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

// Between two tags; a spreadsheet's cell has at most 32,767 characters.
const maxSilentChars = 1024 * 1024;

/**
 * Tells the tags and texts of an XML document while it comes in; yields once a chunk, so that the caller can take what
 * the handlers have gathered. A document type is refused: no spreadsheet has one, and entities are made in it.
 * @throws MigrationError IMPORT_UNREADABLE
 */
export async function* xmlEvents(
  subject: string,
  chunks: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
): AsyncGenerator<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parser = new SaxesParser();
  let silent = 0;
  parser.on("opentag", ({ name, attributes }) => {
    silent = 0;
    handlers.open?.(local(name), withoutPrefixes(attributes));
  });
  parser.on("closetag", ({ name }) => {
    silent = 0;
    handlers.close?.(local(name));
  });
  parser.on("text", (text) => handlers.text?.(text));
  parser.on("cdata", (text) => handlers.text?.(text));
  parser.on("doctype", () => {
    throw unreadable(subject, "has a document type, which is not allowed");
  });
  // An error's message may quote the document.
  parser.on("error", (cause) => {
    throw unreadable(subject, `is no well-formed XML at line ${parser.line}`, cause);
  });
  for await (const chunk of chunks) {
    const text = decoded(subject, decoder, chunk);
    silent += text.length;
    parser.write(text);
    if (silent > maxSilentChars) throw unreadable(subject, `has more than ${maxSilentChars} characters without a tag`);
    yield;
  }
  parser.write(decoded(subject, decoder)).close();
  yield;
}

function decoded(subject: string, decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw unreadable(subject, "is no UTF-8", cause);
  }
}

function withoutPrefixes(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(attributes);
  // A sheet's millions of cells have none.
  if (entries.every(([key]) => !key.includes(":"))) return attributes;
  return Object.fromEntries(entries.map(([key, value]) => [local(key), value]));
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function unreadable(subject: string, what: string, cause?: unknown): MigrationError {
  return new MigrationError("IMPORT_UNREADABLE", `${subject} ${what}`, { cause });
}
