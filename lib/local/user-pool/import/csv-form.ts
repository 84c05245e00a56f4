import type { Schema } from "../schema.ts";

/** The largest file, most users and longest row (developer guide, "Formatting the CSV file"). */
export const maxFileBytes = 100 * 1024 * 1024;
export const maxUsers = 500_000;
export const maxRowLength = 16_000;

export const usernameColumn = "cognito:username";
export const mfaColumn = "cognito:mfa_enabled";
/** Developer guide, "Adding password hashes to your CSV file". */
export const hashColumn = "password_hash";

/** The columns of GetCSVHeader: the pool's attributes without those that only the pool writes. */
export function csvColumns(schema: Schema, withHashes: boolean): readonly string[] {
  const attributes = [...schema.values()].filter(
    (each) => !each.developerOnly && each.name !== "sub" && each.name !== "identities",
  );
  const names = attributes.map((each) => each.name);
  return [...names, mfaColumn, usernameColumn, ...(withHashes ? [hashColumn] : [])];
}

/** The fields of a line. A backslash before a comma makes it part of the value; any other backslash is itself. */
export function csvFields(line: string): readonly string[] {
  const fields: string[] = [];
  let field = "";
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (character === "\\" && line[at + 1] === ",") {
      field += ",";
      at += 1;
    } else if (character === ",") {
      fields.push(field.trim());
      field = "";
    } else field += character;
  }
  return [...fields, field.trim()];
}
