import { maxRecordChars, tooLong } from "./record-text.ts";
import { type CellMeanings, cellText, unescaped } from "./sheet-values.ts";
import { xmlEvents } from "./xml-events.ts";

/** A row that has a value; `line` is its number in the sheet. Cells stand at their column's place. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly reason: string | undefined;
}

const maxColumns = 16_384;

/** The rows of a worksheet's XML, while it comes in. */
export async function* sheetRows(
  subject: string,
  chunks: AsyncIterable<Uint8Array>,
  meanings: CellMeanings,
): AsyncGenerator<SheetRow> {
  let rows: SheetRow[] = [];
  let line = 0;
  let cells: string[] = [];
  let chars = 0;
  let reason: string | undefined;
  let column = -1;
  let cell = { type: "", style: 0, formula: false, value: "" };
  let inValue = false;
  let inPhonetic = false;

  const endCell = () => {
    const text = cellText(cell, meanings);
    if ("fault" in text) {
      reason ??= `${columnName(column)}${line}: ${text.fault}`;
      return;
    }
    chars += text.text.length + 1;
    if (column >= maxColumns) reason ??= `more than ${maxColumns} columns`;
    else if (chars > maxRecordChars) reason ??= tooLong(maxRecordChars);
    else if (text.text !== "") {
      while (cells.length < column) cells.push("");
      cells[column] = text.text;
    }
  };

  const events = xmlEvents(subject, chunks, {
    open(name, attributes) {
      if (name === "row") {
        const number = Number(attributes.r);
        line = Number.isSafeInteger(number) && number > line ? number : line + 1;
        cells = [];
        chars = 0;
        column = -1;
        reason = undefined;
      } else if (name === "c") {
        column = columnOf(attributes.r) ?? column + 1;
        cell = { type: attributes.t ?? "n", style: Number(attributes.s ?? 0), formula: false, value: "" };
      } else if (name === "f") cell.formula = true;
      else if (name === "rPh") inPhonetic = true;
      else if (name === "v" || name === "t") inValue = true;
    },
    text(text) {
      if (inValue && !inPhonetic) cell.value += text;
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      else if (name === "rPh") inPhonetic = false;
      else if (name === "c") endCell();
      else if (name === "row" && (cells.length > 0 || reason !== undefined)) rows.push({ line, cells, reason });
    },
  });
  for await (const _ of events) {
    yield* rows;
    rows = [];
  }
}

/** The texts that cells name by their number. They are held in memory, so all of them together have a bound. */
export async function readSharedStrings(
  subject: string,
  chunks: AsyncIterable<Uint8Array>,
  refuse: () => Error,
): Promise<readonly string[]> {
  const strings: string[] = [];
  let chars = 0;
  let text = "";
  let inText = false;
  let inPhonetic = false;
  const events = xmlEvents(subject, chunks, {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") inPhonetic = true;
      else if (name === "t") inText = true;
    },
    text(part) {
      if (inText && !inPhonetic) text += part;
    },
    close(name) {
      if (name === "t") inText = false;
      else if (name === "rPh") inPhonetic = false;
      else if (name === "si") {
        strings.push(unescaped(text));
        // An empty one takes memory, too.
        chars += text.length + 16;
        if (chars > maxSharedChars) throw refuse();
      }
    },
  });
  for await (const _ of events);
  return strings;
}

/** A million users with sixty characters each. */
export const maxSharedChars = 64 * 1024 * 1024;

function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference ?? "")?.[1];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? columnName(rest - 1) : ""}${String.fromCharCode(65 + (column % 26))}`;
}
