import { MigrationError } from "../core/errors.ts";
import { JsonListFinder } from "./json-list-finder.ts";
import { JsonStringSkipper } from "./json-strings.ts";
import { characterFault, cutRaw, cutRawChars, lineEnds, maxRecordChars, tooLong } from "./record-text.ts";
import type { TextBlock } from "./text-blocks.ts";
import type { TextLine } from "./text-lines.ts";

const quote = 0x22;

export interface JsonElementOptions {
  /** Where the list is in the document: members' names from the outside inwards. Default: the document is the list. */
  readonly path?: readonly string[];
  readonly elementChars?: number;
}

/**
 * Takes the text of one JSON document in any pieces and gives the elements of the list in it as they stand there, without
 * looking at what they are: brackets are counted, texts are passed over.
 */
export class JsonElementSplitter {
  readonly #name: string;
  readonly #path: readonly string[];
  readonly #elementChars: number;
  readonly #finder: JsonListFinder;
  readonly #strings = new JsonStringSkipper();
  // What is left of the last block: the element that is not ended yet, from `#start` on.
  #text = "";
  #at = 0;
  #start = 0;
  #suspect = false;
  #line = 1;
  #depth = 0;
  #begun = false;
  #inList = false;
  // Of an element that is too long: its first part, and how many lines are in what is not kept.
  #dropped: string | undefined;
  #droppedLines = 0;
  #elements = 0;

  constructor(name: string, { path = [], elementChars = maxRecordChars }: JsonElementOptions = {}) {
    this.#name = name;
    this.#path = path;
    this.#elementChars = elementChars;
    this.#finder = new JsonListFinder(path);
  }

  /**
   * The elements that are whole now; behind them it throws.
   * @throws MigrationError IMPORT_UNREADABLE for a document without such a list, for an end that is missing and for text
   * behind it.
   */
  *push({ text, suspect, last }: TextBlock): Generator<TextLine> {
    const elements: TextLine[] = [];
    this.#suspect = suspect || (this.#suspect && this.#start < this.#text.length);
    this.#text = this.#text.slice(this.#start) + text;
    this.#at -= this.#start;
    this.#start = 0;
    if (!this.#begun) this.#begin(last);
    while (this.#begun && this.#at < this.#text.length && !this.#finder.over) {
      if (this.#inList) this.#scan(elements);
      else this.#find();
    }
    yield* elements;
    if (this.#finder.over) this.#refuseMore(last);
    else if (last) throw this.#unreadable(`the file ends before its ${this.#document} does`);
    else if (this.#begun && !this.#inList) this.#pass(this.#text.length);
    else if (this.#dropped !== undefined || (this.#inList && this.#text.length - this.#start > this.#elementChars)) {
      this.#drop();
    }
  }

  get #document(): "array" | "object" {
    return this.#path.length === 0 ? "array" : "object";
  }

  #begin(last: boolean): void {
    const first = this.#text.search(/[^ \t\r\n]/);
    if (first === -1 && !last && this.#text.length <= this.#elementChars) return;
    const bracket = this.#path.length === 0 ? "[" : "{";
    if (this.#text[first] !== bracket) {
      throw this.#unreadable(`no JSON ${this.#document}: the file has to begin with ${bracket}`);
    }
    this.#begun = true;
    this.#at = first;
  }

  #find(): void {
    const { at, isList } = this.#finder.walk(this.#text, this.#at);
    this.#at = at;
    if (!isList) return;
    this.#pass(at);
    this.#inList = true;
    this.#elements = 0;
  }

  #scan(elements: TextLine[]): void {
    const text = this.#text;
    let at = this.#strings.inString ? this.#strings.skip(text, this.#at) : this.#at;
    while (at < text.length && this.#inList) {
      const unit = text.charCodeAt(at);
      at += 1;
      if (unit === quote) at = this.#strings.skip(text, at);
      else if (unit === 0x7b || unit === 0x5b) this.#depth += 1;
      else if ((unit === 0x7d || unit === 0x5d) && this.#depth > 0) this.#depth -= 1;
      else if (unit === 0x2c && this.#depth === 0) this.#take(elements, at - 1, false);
      else if (unit === 0x5d) {
        this.#take(elements, at - 1, true);
        this.#inList = false;
        this.#finder.close();
      }
    }
    this.#at = at;
  }

  /** The element that ends before `end`, where a comma or the array's bracket stands. */
  #take(elements: TextLine[], end: number, isLast: boolean): void {
    const whole = this.#text.slice(this.#start, end);
    const isLong = this.#dropped !== undefined || whole.length > this.#elementChars;
    const head = this.#dropped ?? (isLong ? cutRaw(whole, this.#elementChars) : whole);
    const begun = head.trimStart();
    const line = this.#line + lineEnds(head, 0, head.length - begun.length);
    const raw = begun.trimEnd();
    if (isLong) {
      const kept = Math.min(this.#elementChars, cutRawChars);
      elements.push({ line, raw: cutRaw(raw, kept), reason: tooLong(this.#elementChars, kept) });
    } else if (raw !== "") {
      elements.push({ line, raw, reason: this.#suspect ? characterFault(raw) : undefined });
    } else if (!isLast || this.#elements > 0) {
      // `[]` has no element; `[{},]` lacks one.
      elements.push({ line, raw, reason: "no element beside a comma" });
    }
    this.#line += this.#droppedLines + lineEnds(whole);
    this.#elements += 1;
    this.#dropped = undefined;
    this.#droppedLines = 0;
    this.#start = end + 1;
  }

  /** Lets go of an element that is too long, but for its first part; its brackets are counted on. */
  #drop(): void {
    const rest = this.#text.slice(this.#start);
    this.#dropped ??= cutRaw(rest, this.#elementChars);
    // A CR at the end is counted together with its LF.
    const end = rest.endsWith("\r") ? rest.length - 1 : rest.length;
    this.#droppedLines += lineEnds(rest, 0, end);
    this.#start += end;
  }

  /** Goes on behind what is of no element. */
  #pass(to: number): void {
    // A CR at the end is counted together with its LF.
    const end = to === this.#text.length && this.#text[to - 1] === "\r" ? to - 1 : to;
    this.#line += lineEnds(this.#text, this.#start, end);
    this.#start = end;
  }

  #refuseMore(last: boolean): void {
    const more = this.#text.slice(this.#at).search(/[^ \t\r\n]/);
    if (more !== -1) {
      this.#pass(this.#at + more);
      throw this.#unreadable(`text behind the ${this.#document}'s end`);
    }
    this.#at = this.#text.length;
    this.#pass(this.#at);
    if (last && !this.#finder.found) {
      throw new MigrationError("IMPORT_UNREADABLE", `${this.#name}: no list \`${this.#path.join(".")}\``);
    }
  }

  #unreadable(what: string): MigrationError {
    return new MigrationError("IMPORT_UNREADABLE", `${this.#name}: line ${this.#line}: ${what}`);
  }
}
