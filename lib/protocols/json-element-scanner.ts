import { maxRecordDepth, maxRecordLength, unreadable } from "./import-text.ts";

/** What could not be read as a record, with the line it begins at. The reason tells nothing of what stands in it. */
export interface BadRecord {
  readonly line: number;
  /** As it stood there; cut where it is longer than a record may be. */
  readonly raw: string;
  readonly reason: string;
}
export type JsonRecord = { readonly line: number; readonly raw: string; readonly value: unknown } | BadRecord;

/** Walks through a document by its brackets and quotes alone; whether an element is JSON is the parser's to say. */
export class JsonElementScanner {
  readonly #path: readonly string[];
  #line = 1;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #isOver = false;
  /** How many keys of the path lead to where the scanner is. */
  #matched = 0;
  #key = "";
  #wasFound = false;
  #inList = false;
  #raw = "";
  #rawLine = 0;
  #isCut = false;
  /** A comma has been, so that an element must follow. */
  #wantsElement = false;

  constructor(path: readonly string[]) {
    this.#path = path;
  }

  *scan(chunk: string): Generator<JsonRecord> {
    for (const one of chunk) {
      if (one === "\n") this.#line += 1;
      if (this.#inList && this.#isElementEnd(one)) yield* this.#takeElement(one);
      else {
        if (this.#inList) this.#collect(one);
        this.#step(one);
      }
    }
  }

  /** @throws MigrationError IMPORT_UNREADABLE */
  end(): void {
    if (!this.#isOver) throw unreadable("the document's end is missing", this.#line);
    if (!this.#wasFound) throw unreadable(`no list ${this.#path.map((key) => `\`${key}\``).join(".")}`);
  }

  #isElementEnd(one: string): boolean {
    return !this.#inString && this.#depth === this.#path.length + 1 && (one === "," || one === "]" || one === "}");
  }

  *#takeElement(end: string): Generator<JsonRecord> {
    if (end === "}") throw unreadable("a list that ends in }", this.#line);
    if (this.#raw !== "" || this.#wantsElement || end === ",") {
      yield parseRecord(this.#rawLine === 0 ? this.#line : this.#rawLine, this.#raw.trimEnd(), this.#isCut);
    }
    this.#raw = "";
    this.#rawLine = 0;
    this.#isCut = false;
    this.#wantsElement = end === ",";
    if (end === "]") {
      this.#inList = false;
      this.#close();
    }
  }

  #collect(one: string): void {
    if (this.#raw === "") {
      if (isBlank(one)) return;
      this.#rawLine = this.#line;
    }
    if (this.#raw.length < maxRecordLength) this.#raw += one;
    else this.#isCut ||= !isBlank(one);
  }

  #step(one: string): void {
    if (this.#inString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (one === "\\") this.#isEscaped = true;
      else if (one === '"') this.#inString = false;
      if (this.#inString && this.#isOnPath() && this.#key.length < maxKeyLength) this.#key += one;
      return;
    }
    if (this.#isOver && !isBlank(one)) throw unreadable("something behind the document's end", this.#line);
    switch (one) {
      case '"':
        this.#inString = true;
        if (this.#isOnPath()) this.#key = "";
        break;
      case "[":
      case "{":
        this.#open(one);
        break;
      case "]":
      case "}":
        this.#close();
        break;
      case ",":
        this.#key = "";
        break;
      default:
        if (this.#depth === 0 && !isBlank(one)) throw unreadable("no JSON list or object", this.#line);
    }
  }

  /** Whether a string here is a key of the object that the path leads through, or a value beside it. */
  #isOnPath(): boolean {
    return !this.#inList && this.#depth === this.#matched + 1 && this.#matched < this.#path.length;
  }

  #open(bracket: string): void {
    const isNext = this.#depth === this.#matched + 1 && this.#key === this.#path[this.#matched];
    if (isNext && !this.#inList && this.#depth > 0) this.#matched += 1;
    const isHere = this.#matched === this.#path.length && this.#depth === this.#path.length;
    this.#depth += 1;
    this.#key = "";
    if (bracket === "[" && isHere && !this.#inList) {
      this.#inList = true;
      this.#wasFound = true;
      this.#wantsElement = false;
    }
  }

  #close(): void {
    this.#depth -= 1;
    this.#key = "";
    if (this.#depth < 0) throw unreadable("a bracket too many", this.#line);
    if (!this.#inList) this.#matched = Math.min(this.#matched, Math.max(this.#depth - 1, 0));
    if (this.#depth === 0) this.#isOver = true;
  }
}

const maxKeyLength = 256;

function isBlank(one: string): boolean {
  return one === " " || one === "\n" || one === "\r" || one === "\t";
}

/** A text as JSON, or why it is none. */
export function parseRecord(line: number, raw: string, isCut: boolean): JsonRecord {
  if (isCut) return { line, raw, reason: `longer than ${maxRecordLength} characters` };
  if (isDeep(raw)) return { line, raw, reason: `more than ${maxRecordDepth} objects and lists in one another` };
  try {
    return { line, raw, value: JSON.parse(raw) };
  } catch (error) {
    // The parser's own message repeats a part of the text.
    if (error instanceof SyntaxError) return { line, raw, reason: "no JSON" };
    throw error;
  }
}

function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (one === '"') inString = !inString;
    else if (inString && one === "\\") at += 1;
    else if (!inString && (one === "{" || one === "[")) depth += 1;
    else if (!inString && (one === "}" || one === "]")) depth -= 1;
    if (depth > maxRecordDepth) return true;
  }
  return false;
}
