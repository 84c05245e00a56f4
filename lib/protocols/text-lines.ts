import { characterFault, cutRaw, cutRawChars, maxRecordChars, tooLong } from "./record-text.ts";
import type { TextBlock } from "./text-blocks.ts";

/** A line of a file, without its end; `reason` is there for one that cannot be used. */
export interface TextLine {
  readonly line: number;
  readonly raw: string;
  readonly reason: string | undefined;
}

export interface LineOptions {
  readonly lineChars?: number;
  /** What becomes of lines of white space alone. Default: left out. */
  readonly blank?: "drop" | "keep";
}

/** Takes a file's text in any pieces and gives its lines, ended by LF or CRLF. */
export class LineSplitter {
  readonly #lineChars: number;
  readonly #blank: "drop" | "keep";
  // Of a line that is not ended yet.
  #rest = "";
  #suspect = false;
  #line = 1;
  // Of a line that is too long: the rest of it is not kept.
  #skipping = false;

  constructor({ lineChars = maxRecordChars, blank = "drop" }: LineOptions = {}) {
    this.#lineChars = lineChars;
    this.#blank = blank;
  }

  push({ text, suspect, last }: TextBlock): readonly TextLine[] {
    this.#suspect = suspect || (this.#suspect && this.#rest !== "");
    const lines: TextLine[] = [];
    let at = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", at)) {
      const line = text.slice(at, end);
      // The first one alone has its beginning in the blocks before: to join the blocks would copy each of them.
      this.#take(lines, at === 0 ? this.#rest + line : line);
      this.#line += 1;
      at = end + 1;
    }
    this.#rest = at === 0 ? this.#rest + text : text.slice(at);
    if (last) this.#take(lines, this.#rest);
    // One character more: a last CR may belong to the line's end.
    else if (this.#skipping) this.#rest = "";
    else if (this.#rest.length > this.#lineChars + 1) {
      this.#take(lines, this.#rest);
      this.#rest = "";
      this.#skipping = true;
    }
    return lines;
  }

  #take(lines: TextLine[], whole: string): void {
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    const raw = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (raw.length > this.#lineChars) {
      const kept = Math.min(this.#lineChars, cutRawChars);
      lines.push({ line: this.#line, raw: cutRaw(raw, kept), reason: tooLong(this.#lineChars, kept) });
    } else if (raw.charCodeAt(0) > 0x20 || this.#blank === "keep" || raw.trim() !== "") {
      lines.push({ line: this.#line, raw, reason: this.#suspect ? characterFault(raw) : undefined });
    }
  }
}
