import { MigrationError } from "../core/errors.ts";
import { characterFault, cutRaw, cutRawChars, lineEnds, maxRecordChars, tooLong } from "./record-text.ts";
import type { TextBlock } from "./text-blocks.ts";
import type { TextLine } from "./text-lines.ts";

const quote = 0x22;
const backslash = 0x5c;

/**
 * Takes the text of one JSON array in any pieces and gives its elements as they stand there, without looking at what they
 * are: brackets are counted, texts are passed over.
 */
export class JsonElementSplitter {
  readonly #name: string;
  readonly #elementChars: number;
  // What is left of the last block: the element that is not ended yet, from `#start` on.
  #text = "";
  #at = 0;
  #start = 0;
  #suspect = false;
  #line = 1;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #begun = false;
  #ended = false;
  // Of an element that is too long: its first part, and how many lines are in what is not kept.
  #dropped: string | undefined;
  #droppedLines = 0;
  #elements = 0;

  constructor(name: string, elementChars: number = maxRecordChars) {
    this.#name = name;
    this.#elementChars = elementChars;
  }

  /**
   * The elements that are whole now; behind them it throws.
   * @throws MigrationError IMPORT_UNREADABLE for what is no array, for an end that is missing and for text behind it.
   */
  *push({ text, suspect, last }: TextBlock): Generator<TextLine> {
    const elements: TextLine[] = [];
    this.#suspect = suspect || (this.#suspect && this.#start < this.#text.length);
    this.#text = this.#text.slice(this.#start) + text;
    this.#at -= this.#start;
    this.#start = 0;
    if (!this.#begun) this.#begin(last);
    if (this.#begun && !this.#ended) this.#scan(elements);
    yield* elements;
    if (this.#ended) this.#refuseMore();
    else if (last) throw this.#unreadable("the file ends before its array does");
    else if (this.#dropped !== undefined || (this.#begun && this.#text.length - this.#start > this.#elementChars)) {
      this.#drop();
    }
  }

  #begin(last: boolean): void {
    const first = this.#text.search(/[^ \t\r\n]/);
    if (first === -1 && !last && this.#text.length <= this.#elementChars) return;
    if (this.#text[first] !== "[") throw this.#unreadable("no JSON array: the file has to begin with [");
    this.#line += lineEnds(this.#text, 0, first);
    this.#begun = true;
    this.#start = this.#at = first + 1;
  }

  #scan(elements: TextLine[]): void {
    const text = this.#text;
    let at = this.#inText ? this.#endOfText(this.#at) : this.#at;
    while (at < text.length && !this.#ended) {
      const unit = text.charCodeAt(at);
      at += 1;
      if (unit === quote) at = this.#endOfText(at);
      else if (unit === 0x7b || unit === 0x5b) this.#depth += 1;
      else if ((unit === 0x7d || unit === 0x5d) && this.#depth > 0) this.#depth -= 1;
      else if (unit === 0x2c && this.#depth === 0) this.#take(elements, at - 1, false);
      else if (unit === 0x5d) {
        this.#take(elements, at - 1, true);
        this.#ended = true;
      }
    }
    this.#at = at;
  }

  /** Where the scan goes on behind the text that `at` is in. Texts are most of a file: they are searched, not walked. */
  #endOfText(start: number): number {
    this.#inText = true;
    if (start === this.#text.length) return start;
    let from = start + (this.#escaped ? 1 : 0);
    for (;;) {
      const close = this.#text.indexOf('"', from);
      const end = close === -1 ? this.#text.length : close;
      let bare = end;
      while (bare > from && this.#text.charCodeAt(bare - 1) === backslash) bare -= 1;
      this.#escaped = (end - bare) % 2 === 1;
      if (close === -1) return end;
      from = close + 1;
      if (!this.#escaped) {
        this.#inText = false;
        return from;
      }
      this.#escaped = false;
    }
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

  #refuseMore(): void {
    const rest = this.#text.slice(this.#start);
    const more = rest.search(/[^ \t\r\n]/);
    // A CR at the end is counted together with its LF.
    const end = more === -1 ? rest.length - (rest.endsWith("\r") ? 1 : 0) : more;
    this.#line += lineEnds(rest, 0, end);
    if (more !== -1) throw this.#unreadable("text behind the array's end");
    this.#start += end;
    this.#at = this.#text.length;
  }

  #unreadable(what: string): MigrationError {
    return new MigrationError("IMPORT_UNREADABLE", `${this.#name}: line ${this.#line}: ${what}`);
  }
}
