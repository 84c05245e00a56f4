import { type JobColumns, mfaColumn, usernameColumn } from "./user-pool-job-columns.ts";

/** One user of an import file. */
export interface JobRow {
  readonly username: string;
  /** By the pool's names: standard attributes, `custom:legacy_id` and the like. */
  readonly attributes: Readonly<Record<string, string>>;
  /** In the form of the job's algorithm; without one the user has to reset. */
  readonly hash?: string | undefined;
}

export type WrittenRow =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** API reference, UsernameType. */
const maxUsernameLength = 128;
// Immutable, and compared character by character later: a cut would make it another id.
const keptWhole = "custom:legacy_id";

/**
 * A row of the file, without its line end. A row that the pool's rules cannot carry is refused, with a reason that
 * quotes no value: the developer guide ("Formatting the CSV file") says how to write a comma, and nothing of quotation
 * marks, other backslashes and line breaks, which a reader could take for its own signs. Attributes without a column
 * are left out; white space at a value's ends is cut, as the pool does it.
 */
export function writeJobRow(columns: JobColumns, row: JobRow, mfaRequired: boolean): WrittenRow {
  if (row.hash !== undefined && columns.hash === undefined) return refused("a password hash in a job without hashes");
  if (row.username.length > maxUsernameLength) {
    return refused(`the user name has ${row.username.length} characters, allowed 1 to ${maxUsernameLength}`);
  }
  if (row.username === "" || /\s/.test(row.username)) return refused("the user name is empty or has white space in it");
  const cells: string[] = [];
  for (const name of columns.names) {
    const cell = cellOf(columns, row, name, mfaRequired);
    if (cell.kind === "refused") return cell;
    const fault = faultOf(cell.text);
    if (fault !== undefined) return refused(`${name}: ${fault}`);
    cells.push(escapeCommas(cell.text));
  }
  return { kind: "line", text: cells.join(",") };
}

/** A value, or a column's name, as a field of the file. */
export function escapeCommas(value: string): string {
  return value.replaceAll(",", "\\,");
}

function cellOf(columns: JobColumns, row: JobRow, name: string, mfaRequired: boolean): WrittenRow {
  switch (name) {
    case usernameColumn:
      return line(row.username);
    case mfaColumn:
      return line(mfaRequired ? "TRUE" : "FALSE");
    case columns.hash:
      return line(row.hash ?? "");
  }
  const value = Object.hasOwn(row.attributes, name) ? (row.attributes[name] ?? "") : "";
  const trimmed = value.trim();
  if (trimmed === "") return line("");
  switch (name) {
    case "email_verified":
    case "phone_number_verified":
      return line(trimmed === "true" ? "TRUE" : "FALSE");
    case "birthdate": {
      const date = poolDate(trimmed);
      return date === undefined ? refused("birthdate: no date of the form YYYY-MM-DD") : line(date);
    }
    case keptWhole:
      return trimmed === value ? line(value) : refused(`${name}: white space at an end, which the pool would cut`);
    default:
      return line(trimmed);
  }
}

/** An ISO date as the file has it, mm/dd/yyyy; undefined for what is no day of the calendar. */
function poolDate(text: string): string | undefined {
  const [, year = "", month = "", day = ""] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const real = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
  return real ? `${month}/${day}/${year}` : undefined;
}

function faultOf(value: string): string | undefined {
  if (!value.isWellFormed()) return "a character that is none (a lone surrogate)";
  // Line ends of every reader's kind are among the control and separator characters; a tab is harmless.
  if (/[\p{Cc}\u2028\u2029]/u.test(value.replaceAll("\t", " "))) return "a line break or another control character";
  if (/["\\]/.test(value)) return "a quotation mark or a backslash, for which the file has no sign";
  return undefined;
}

function line(text: string): WrittenRow {
  return { kind: "line", text };
}

function refused(reason: string): { readonly kind: "refused"; readonly reason: string } {
  return { kind: "refused", reason };
}
