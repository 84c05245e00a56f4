// CSV as RFC 4180 has it, pushed block by block. Own code because each line has to be accounted for: csv-parser, udsv and
// csv-parse with skip_records_with_error lose the rest of a file behind one unclosed quote without a word.
import { characterFault, cutRaw, cutRawChars, lineEnds, maxRecordChars, tooLong } from "./record-text.ts";
import type { TextBlock } from "./text-blocks.ts";

/** A record of the file, without its line end; `line` is where it begins, from 1. */
export type CsvRow =
  | { readonly kind: "row"; readonly line: number; readonly raw: string; readonly fields: readonly string[] }
  | { readonly kind: "broken"; readonly line: number; readonly raw: string; readonly reason: string };

export interface CsvLimits {
  readonly recordChars: number;
  /** The most line ends in one quoted field. Addresses and signatures have ten; a hundred keeps a lost quote near. */
  readonly quotedLines: number;
}

const usualLimits: CsvLimits = { recordChars: maxRecordChars, quotedLines: 100 };

/** What is wrong with a record's quotes, and where it was noticed. */
type Fault = { readonly fault: string; readonly at: number };
// Where a record with quotes ends and what it holds, or its fault, or that the text ends before it.
type Scan = { readonly end: number; readonly fields: readonly string[] } | Fault | undefined;

/**
 * Takes a file's text in any pieces and gives its records; line ends are LF, CRLF and CR. Empty lines are none. Where a
 * quoted field is not closed within the limits, or goes on behind its closing quote, the first line of that record is
 * broken and the next line is read as a record of its own: each line that is not empty is in exactly one record.
 */
export class CsvSplitter {
  readonly #delimiter: string;
  readonly #limits: CsvLimits;
  #text = "";
  #suspect = false;
  #last = false;
  #at = 0;
  #line = 1;
  // Of a line that is too long: the rest of it is not kept.
  #skipping = false;
  // Where the next of each stands at or behind `#at`; the text's length where there is none.
  #lf = 0;
  #cr = 0;
  #quote = 0;

  constructor(delimiter: string, limits: CsvLimits = usualLimits) {
    this.#delimiter = delimiter;
    this.#limits = limits;
  }

  push({ text, suspect, last }: TextBlock): readonly CsvRow[] {
    this.#suspect = suspect || (this.#suspect && this.#at < this.#text.length);
    this.#text = this.#text.slice(this.#at) + text;
    this.#last = last;
    this.#at = 0;
    this.#lf = this.#cr = this.#quote = -1;
    const rows: CsvRow[] = [];
    if (this.#skipping) this.#skipLine();
    let more = true;
    while (more && this.#at < this.#text.length) more = this.#next(rows);
    return rows;
  }

  /** Takes the record at `#at`. @returns false where the text ends before it does. */
  #next(rows: CsvRow[]): boolean {
    const start = this.#at;
    const end = this.#lineEnd(start);
    if (this.#quote < start) this.#quote = this.#find('"', start);
    // Most records have no quote: the line is the record.
    if (end !== undefined && this.#quote >= end) {
      return end - start > this.#limits.recordChars ? this.#break(rows) : this.#take(rows, start, end);
    }
    const scan = this.#quote < this.#text.length ? this.#scan(start) : undefined;
    // Two characters more: a last CR or quote may turn out to end the record.
    const mayWait = !this.#last && this.#text.length - start <= this.#limits.recordChars + 2;
    if (scan === undefined) return mayWait ? false : this.#break(rows);
    if ("fault" in scan && end === undefined && mayWait) return false;
    if ("fault" in scan) return this.#break(rows, scan.at - start > this.#limits.recordChars ? undefined : scan.fault);
    return scan.end - start > this.#limits.recordChars
      ? this.#break(rows)
      : this.#take(rows, start, scan.end, scan.fields);
  }

  #take(rows: CsvRow[], start: number, end: number, fields?: readonly string[]): true {
    const line = this.#line;
    this.#pass(start, end, fields !== undefined);
    if (end === start) return true;
    const raw = this.#text.slice(start, end);
    const reason = this.#suspect ? characterFault(raw) : undefined;
    if (reason !== undefined) rows.push({ kind: "broken", line, raw, reason });
    else rows.push({ kind: "row", line, raw, fields: fields ?? raw.split(this.#delimiter) });
    return true;
  }

  /** Gives up the line at `#at`, and no more than it. */
  #break(rows: CsvRow[], fault: string = this.#unclosed()): true {
    const { recordChars } = this.#limits;
    const start = this.#at;
    // The search for the record's end has gone ahead.
    this.#lf = this.#cr = this.#quote = -1;
    const end = this.#lineEnd(start);
    const raw = this.#text.slice(start, end);
    const kept = Math.min(recordChars, cutRawChars);
    if (raw.length <= recordChars) rows.push({ kind: "broken", line: this.#line, raw, reason: fault });
    else rows.push({ kind: "broken", line: this.#line, raw: cutRaw(raw, kept), reason: tooLong(recordChars, kept) });
    if (end !== undefined) {
      this.#pass(start, end, false);
    } else {
      this.#skipping = true;
      this.#skipLine();
    }
    return true;
  }

  #unclosed(): string {
    const { quotedLines, recordChars } = this.#limits;
    return `a quote that is not closed within ${quotedLines} lines and ${recordChars} characters`;
  }

  #skipLine(): void {
    const end = this.#lineEnd(this.#at);
    if (end !== undefined) {
      this.#skipping = false;
      this.#pass(this.#at, end, false);
      return;
    }
    // A CR at the very end stays: the next text may begin with its LF.
    this.#at = this.#text.endsWith("\r") ? this.#text.length - 1 : this.#text.length;
  }

  /** Goes behind the record and its line end. */
  #pass(start: number, end: number, severalLines: boolean): void {
    if (severalLines) this.#line += lineEnds(this.#text, start, end);
    if (end < this.#text.length) this.#line += 1;
    this.#at = end + (this.#text[end] === "\r" && this.#text[end + 1] === "\n" ? 2 : 1);
  }

  #find(what: string, from: number): number {
    const found = this.#text.indexOf(what, from);
    return found === -1 ? this.#text.length : found;
  }

  /** Where the line at `from` ends; undefined where the text so far does not tell. */
  #lineEnd(from: number): number | undefined {
    if (this.#lf < from) this.#lf = this.#find("\n", from);
    if (this.#cr < from) this.#cr = this.#find("\r", from);
    const end = Math.min(this.#lf, this.#cr);
    const known = end < this.#text.length && (this.#text[end] === "\n" || end + 1 < this.#text.length);
    return known || this.#last ? end : undefined;
  }

  /** The fields of the record at `start`, one of which may be quoted. */
  #scan(start: number): Scan {
    const fields: string[] = [];
    for (let at = start; ; ) {
      let end: number;
      if (this.#text[at] === '"') {
        const close = this.#closingQuote(at);
        if (typeof close !== "number") return close;
        const value = this.#text.slice(at + 1, close);
        fields.push(value.includes('"') ? value.replaceAll('""', '"') : value);
        end = close + 1;
      } else {
        const lineEnd = this.#lineEnd(at);
        end = Math.min(this.#find(this.#delimiter, at), lineEnd ?? this.#text.length);
        fields.push(this.#text.slice(at, end));
      }
      const next = this.#text[end];
      if (next === undefined) return this.#last ? { end, fields } : undefined;
      if (next === "\n") return { end, fields };
      if (next === "\r") return this.#last || end + 1 < this.#text.length ? { end, fields } : undefined;
      if (next !== this.#delimiter) {
        return { fault: "text behind a closing quote, allowed is a delimiter; a quote within is doubled", at: end };
      }
      at = end + 1;
    }
  }

  /** Where the quoted field at `open` is closed. */
  #closingQuote(open: number): number | Fault | undefined {
    let close = this.#text.indexOf('"', open + 1);
    while (close !== -1 && this.#text[close + 1] === '"') close = this.#text.indexOf('"', close + 2);
    const end = close === -1 ? this.#text.length : close;
    if (lineEnds(this.#text, open + 1, end) > this.#limits.quotedLines) return { fault: this.#unclosed(), at: end };
    if (close === -1) return this.#last ? { fault: "a quote that is never closed", at: end } : undefined;
    // The last quote of the text so far may be the first half of a doubled one.
    return close + 1 === this.#text.length && !this.#last ? undefined : close;
  }
}
