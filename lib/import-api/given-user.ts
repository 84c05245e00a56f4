import { MigrationError } from "../core/errors.ts";
import { type ImportedUser, parseImportedUser } from "../core/imported-user.ts";
import { firstFault } from "./json-body.ts";
import { userSchema } from "./user-schema.ts";

export type GivenUser =
  | { readonly kind: "user"; readonly user: ImportedUser }
  | { readonly kind: "refused"; readonly reason: string };

// Users nest their metadata five levels deep; a hundred is an attack on whoever walks it by recursion.
const maxDepth = 32;

// DynamoDB takes no item of more than 400 KB, and would refuse the whole batch for it. A user of a real application has
// a few thousand bytes.
const maxBytes = 256 * 1024;

/** One element of a batch as a user, or why it is none. The reason names the field, never its value. */
export function parseGivenUser(value: unknown, source: string): GivenUser {
  const structure = structureFault(value, 1);
  if (structure !== undefined) return { kind: "refused", reason: structure };
  if (Buffer.byteLength(JSON.stringify(value)) > maxBytes) {
    return { kind: "refused", reason: `the user has more than ${maxBytes / 1024} KiB of JSON` };
  }
  try {
    const user = parseImportedUser(value, source);
    // What the mapping of a config may bring along unseen, a request may not: a misspelt field is a field that is missing.
    const fault = firstFault(userSchema, value);
    return fault === undefined ? { kind: "user", user } : { kind: "refused", reason: `${source}:${fault}` };
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== "RECORD_UNUSABLE") throw error;
    return { kind: "refused", reason: error.message };
  }
}

function structureFault(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") {
    if (!value.isWellFormed()) return "an escape that is half a character";
    return value.includes("\0") ? "a NUL character" : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > maxDepth) return `more than ${maxDepth} levels`;
  for (const [name, member] of Object.entries(value)) {
    if (name === "__proto__") return "a member called __proto__";
    if (!name.isWellFormed()) return "an escape that is half a character";
    const fault = structureFault(member, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
