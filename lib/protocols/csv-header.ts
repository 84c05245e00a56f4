import { conventionalMapping } from "./conventional-users.ts";
import { type ImportMappingSettings, rowByName } from "./import-mapping.ts";

/** What may stand between two fields. */
export const delimiters = [",", ";", "\t"] as const;
export type Delimiter = (typeof delimiters)[number];

/** Which delimiters stand in the first line of a text that is not empty, outside quotes. */
export function delimitersIn(text: string): readonly Delimiter[] {
  const found = new Set<string>();
  let quoted = false;
  let begun = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === "\n" || character === "\r") && begun) break;
    begun ||= character !== "\n" && character !== "\r";
    if (!quoted) found.add(character);
  }
  return delimiters.filter((delimiter) => found.has(delimiter));
}

/** What is wrong with a file's header; undefined where nothing is. A column without a name is left out of every row. */
export function headerFault(columns: readonly string[]): string | undefined {
  const named = columns.filter((column) => column !== "");
  if (named.length === 0) return "no column has a name";
  const seen = new Set<string>();
  const twice = named.find((column) => seen.size === seen.add(column).size);
  return twice === undefined ? undefined : `two columns are called ${JSON.stringify(twice)}`;
}

/** How a row of these columns becomes a user, or why it cannot. */
export function columnMapping(
  columns: readonly string[],
  { user, enabled }: ImportMappingSettings,
  idFrom: Parameters<typeof conventionalMapping>[1]["idFrom"] = ["id"],
): ((values: readonly unknown[]) => unknown) | string {
  const fault = headerFault(columns);
  if (fault !== undefined) return fault;
  if (user !== undefined) return (values) => user(rowByName(columns, values));
  return conventionalMapping(columns, { enabled, idFrom });
}
