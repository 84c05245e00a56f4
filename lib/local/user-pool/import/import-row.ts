import { type Attributes, checkAttributes, mergeAttributes } from "../attributes.ts";
import { CognitoFault } from "../fault.ts";
import { usernameRules } from "../input.ts";
import { verifiedFlags } from "../schema.ts";
import { checkNameFree, claimAliases, nameNewUser } from "../user-names.ts";
import type { Pool, User } from "../world.ts";
import { csvFields, hashColumn, maxRowLength, mfaColumn, usernameColumn } from "./csv-form.ts";
import type { ImportJob } from "./import-job.ts";
import { type ImportedPassword, readImportedHash } from "./imported-hash.ts";

/** What became of one row: the word and the sentence of its line in the log. */
export interface RowResult {
  readonly word: "SUCCEEDED" | "SKIPPED" | "FAILED";
  readonly sentence: string;
  readonly user?: User;
}

const exists: RowResult = { word: "SKIPPED", sentence: "The user already exists." };

/** Makes the user of one row. No trigger is called. */
export function importRow(pool: Pool, job: ImportJob, columns: readonly string[], line: string, now: Date): RowResult {
  if (line.length > maxRowLength) return failed(`The row is longer than ${maxRowLength} characters.`);
  const fields = csvFields(line);
  if (fields.length !== columns.length) return failed("The row does not have as many fields as the header.");
  const values = new Map(columns.map((name, index) => [name, fields[index] ?? ""]));
  try {
    return place(pool, job, values, now);
  } catch (error) {
    if (!(error instanceof CognitoFault)) throw error;
    // The log never holds user data; the simulator's own sentences quote names of attributes, never values.
    if (error.type === "UsernameExistsException") return exists;
    return failed(error.message.trim().replace(/\s*\n\s*/g, "; "));
  }
}

function place(pool: Pool, job: ImportJob, values: ReadonlyMap<string, string>, now: Date): RowResult {
  const typed = values.get(usernameColumn) ?? "";
  const max = usernameRules.max ?? 0;
  if (typed.length < 1 || typed.length > max || usernameRules.pattern?.test(typed) !== true) {
    return failed("The user name is missing or not valid.");
  }
  const mfa = (values.get(mfaColumn) ?? "").toLowerCase();
  if (!mfaFits(pool.settings.mfa, mfa))
    return failed(`${mfaColumn} does not fit the MFA requirement of the user pool.`);
  const given = attributesOf(values);
  if (typeof given === "string") return failed(given);
  if (!pool.settings.autoVerified.some((name) => given.get(`${name}_verified`) === "true")) {
    return failed(
      "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
    );
  }
  for (const [contact, flag] of verifiedFlags) {
    if (given.get(flag) === "true" && !given.has(contact)) return failed(`${flag} is true and there is no ${contact}.`);
  }
  const name = nameNewUser(pool, typed, given);
  checkAttributes(pool.schema, name.attributes, { required: true });
  const password = passwordOf(job, values.get(hashColumn) ?? "");
  if (typeof password === "string") return failed(password);
  checkNameFree(pool, name, exists.sentence);
  if (pool.users.find(typed) !== undefined) return exists;
  const attributes = mergeAttributes(new Map(), name.attributes);
  claimAliases(pool, name.username, attributes, false);
  const user: User = {
    username: name.username,
    sub: name.sub,
    attributes,
    status: password === undefined ? "RESET_REQUIRED" : "CONFIRMED",
    enabled: true,
    password,
    passwordUntil: undefined,
    created: now,
    modified: now,
  };
  pool.users.put(user);
  return { word: "SUCCEEDED", sentence: "The import succeeded.", user };
}

function failed(sentence: string): RowResult {
  return { word: "FAILED", sentence };
}

/** "true" or blank where MFA is required, "false" or blank where it is off (developer guide). */
function mfaFits(required: string, value: string): boolean {
  switch (required) {
    case "ON":
      return value === "true" || value === "";
    case "OFF":
      return value === "false" || value === "";
    default:
      return ["true", "false", ""].includes(value);
  }
}

function attributesOf(values: ReadonlyMap<string, string>): Attributes | string {
  const attributes = new Map<string, string>();
  const flags: readonly string[] = [...verifiedFlags.values()];
  for (const [name, value] of values) {
    if (value === "" || [usernameColumn, mfaColumn, hashColumn].includes(name)) continue;
    if (flags.includes(name)) attributes.set(name, value.toLowerCase());
    else if (name === "birthdate") {
      const [, month, day, year] = /^(0[1-9]|1[0-2])\/(0[1-9]|[12][0-9]|3[01])\/([0-9]{4})$/.exec(value) ?? [];
      if (month === undefined) return "birthdate: not of the form mm/dd/yyyy.";
      attributes.set(name, `${year}-${month}-${day}`);
    } else attributes.set(name, value);
  }
  return attributes;
}

function passwordOf(job: ImportJob, encoded: string): ImportedPassword | string | undefined {
  if (encoded === "") return undefined;
  if (job.algorithm === undefined) return "The row has a password hash and the job names no algorithm.";
  return readImportedHash(job.algorithm, encoded);
}
