// What a spreadsheet's cell says, as text (ECMA-376 part 1, 18.3.1.4 and 18.18.11).

/** How a workbook's cells are to be read. */
export interface CellMeanings {
  readonly sharedStrings: readonly string[];
  /** The styles that show a number as a date. */
  readonly dateStyles: ReadonlySet<number>;
  readonly from1904: boolean;
}

export interface Cell {
  readonly type: string;
  readonly style: number;
  readonly formula: boolean;
  readonly value: string;
}

export type CellText = { readonly text: string } | { readonly fault: string };

/** The text of a cell: of a formula, the value that was saved with it. */
export function cellText(cell: Cell, meanings: CellMeanings): CellText {
  const { type, value } = cell;
  if (value === "") return cell.formula ? { fault: "a formula without a saved value" } : { text: "" };
  switch (type) {
    case "s": {
      const text = meanings.sharedStrings[Number(value)];
      return text === undefined ? { fault: "a text that the workbook does not have" } : { text };
    }
    case "inlineStr":
    case "str":
      return { text: unescaped(value) };
    case "b":
      return { text: value === "1" ? "true" : "false" };
    case "d":
      return { text: value };
    case "e":
      return { fault: "an error instead of a value" };
    default:
      return numberText(value, meanings, cell.style);
  }
}

// Excel keeps 15 digits: what has more is not what was typed.
const exact = 1e15;

function numberText(value: string, { dateStyles, from1904 }: CellMeanings, style: number): CellText {
  const number = Number(value);
  if (!Number.isFinite(number)) return { fault: "a number that is none" };
  if (dateStyles.has(style) && number >= 1) return dateText(number, from1904);
  if (Number.isInteger(number) && Math.abs(number) >= exact) {
    return { fault: "a number of more than 15 digits, of which Excel keeps 15; format the column as text" };
  }
  return { text: String(number) };
}

const dayMs = 86_400_000;
// Excel takes 1900 for a leap year, so its days before March of that year are one off.
const epochs = { from1900: Date.UTC(1899, 11, 30), from1904: Date.UTC(1904, 0, 1) };
const firstTrueDay = 61;

function dateText(serial: number, from1904: boolean): CellText {
  if (!from1904 && serial < firstTrueDay) return { fault: "a date before March 1900" };
  const date = new Date((from1904 ? epochs.from1904 : epochs.from1900) + Math.round(serial * dayMs));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return { fault: "a date after the year 9999" };
  const text = date.toISOString();
  return { text: Number.isInteger(serial) ? text.slice(0, 10) : text };
}

/** `_x000D_` stands for a character that XML cannot have (ST_Xstring, ECMA-376 part 1, 22.9.2.19). */
export function unescaped(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whether a number format shows dates: by its number, or by its code without texts, colours and escapes. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code !== undefined)
    return /[ymdhs]/i.test(code.replace(/"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|General/gi, ""));
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}
