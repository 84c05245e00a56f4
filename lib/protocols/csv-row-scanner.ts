import { maxRecordLength, unreadable } from "./import-text.ts";

export interface CsvOptions {
  readonly delimiter: string;
  /** For files without a header: what the columns are. Rows may have fewer; fields behind the last one must be empty. */
  readonly columns?: readonly string[];
  /** Cognito's files: a backslash before a comma makes it part of the value, and nothing is quoted. */
  readonly escapesByBackslash?: boolean;
}

const maxFields = 1024;

export interface ScannedRow {
  readonly line: number;
  readonly raw: string;
  readonly fields: readonly string[];
  readonly fault?: string;
}

/** Splits a CSV file (RFC 4180) into rows. One that is not well formed ends with its line, so that the next is read. */
export class CsvRowScanner {
  readonly #options: CsvOptions;
  #line = 1;
  #rowLine = 1;
  #raw = "";
  #fields: string[] = [];
  #field = "";
  /** `closed`: behind a quote that ends the field, or is the first of two that stand for one. */
  #state: "start" | "plain" | "quoted" | "closed" | "escaped" = "start";
  #fault: string | undefined;
  #isCut = false;

  constructor(options: CsvOptions) {
    this.#options = options;
  }

  *scan(chunk: string): Generator<ScannedRow> {
    for (const one of chunk) {
      if (one === "\n") this.#line += 1;
      if (one === "\n" && this.#state !== "quoted") yield* this.#takeRow();
      else {
        if (this.#raw.length < maxRecordLength) this.#raw += one;
        else this.#isCut = true;
        if (this.#fault === undefined) this.#step(one);
      }
    }
  }

  /** @throws MigrationError IMPORT_UNREADABLE */
  *end(): Generator<ScannedRow> {
    if (this.#state === "quoted") throw unreadable("a quote that is never closed", this.#rowLine);
    yield* this.#takeRow();
  }

  #step(one: string): void {
    const { delimiter, escapesByBackslash = false } = this.#options;
    if (this.#state === "escaped") {
      this.#append(one === delimiter || one === "\\" ? one : `\\${one}`);
      this.#state = "plain";
    } else if (this.#state === "quoted") {
      if (one === '"') this.#state = "closed";
      else this.#append(one);
    } else if (one === delimiter) this.#endField();
    else if (one === '"' && this.#state === "start" && !escapesByBackslash) this.#state = "quoted";
    else if (one === '"' && this.#state === "closed") {
      this.#append(one);
      this.#state = "quoted";
    } else if (one === "\\" && escapesByBackslash) this.#state = "escaped";
    else if (this.#state === "closed") {
      if (one !== "\r") this.#fault = "a quote within a quoted field";
    } else {
      this.#append(one);
      this.#state = "plain";
    }
  }

  #append(text: string): void {
    if (!this.#isCut) this.#field += text;
  }

  #endField(): void {
    if (this.#fields.length >= maxFields) this.#fault = `more than ${maxFields} fields`;
    else this.#fields.push(this.#field);
    this.#field = "";
    this.#state = "start";
  }

  *#takeRow(): Generator<ScannedRow> {
    const raw = this.#raw.endsWith("\r") ? this.#raw.slice(0, -1) : this.#raw;
    if (this.#state !== "closed" && this.#field.endsWith("\r")) this.#field = this.#field.slice(0, -1);
    this.#endField();
    const cut = this.#isCut ? `longer than ${maxRecordLength} characters` : undefined;
    const fault = this.#fault ?? cut;
    if (raw.trim() !== "")
      yield { line: this.#rowLine, raw, fields: this.#fields, ...(fault === undefined ? {} : { fault }) };
    this.#rowLine = this.#line;
    this.#raw = "";
    this.#fields = [];
    this.#fault = undefined;
    this.#isCut = false;
  }
}
