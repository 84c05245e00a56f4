import { MigrationError } from "../core/errors.ts";

// What an error of tedious means: its own codes, and the server's numbers:
// https://learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors

const lostCodes: ReadonlySet<string> = new Set([
  "ESOCKET",
  "ECLOSE",
  "ETIMEOUT",
  "ETIMEDOUT",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  // A statement on a connection that has just ended.
  "EINVALIDSTATE",
]);
// 596 session killed, 976 and 3906 a replica after a failover, 6005 shutting down, the rest Azure's transient ones:
// https://learn.microsoft.com/en-us/azure/azure-sql/database/troubleshoot-common-errors-issues
const lostNumbers: ReadonlySet<number> = new Set([
  596, 976, 3906, 6005, 10_928, 10_929, 40_197, 40_501, 40_613, 49_918, 49_919, 49_920,
]);
// 2601 unique index, 2627 unique constraint.
const taken: ReadonlySet<number> = new Set([2601, 2627]);
// 220 overflow, 241 and 245 conversion, 2628 and 8152 too long, 8114 and 8115 conversion.
const unfit: ReadonlySet<number> = new Set([220, 241, 245, 2628, 8114, 8115, 8152]);

/** Whether the database took the user's name or password for wrong. A database that is just waking up is no such refusal. */
export function isRefusedCredential(error: unknown): boolean {
  return codeOf(error) === "ELOGIN" && !isTransient(error);
}

/** Whether the connection, and not the statement, failed: the same statement may succeed on another connection. */
export function isLost(error: unknown): boolean {
  return lostCodes.has(codeOf(error)) || lostNumbers.has(numberOf(error)) || isTransient(error);
}

/** The fault as the core knows it. A statement's error is not kept as the cause: its text quotes values. */
export function asFault(error: unknown, name: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const number = numberOf(error);
  // What ended the socket, a certificate above all, stands in the cause.
  const cut = error instanceof Error ? codeOf(error.cause) : "";
  const code = [codeOf(error), cut, number || undefined].filter(Boolean).join(" ") || "no code";
  const cause = number === 0 ? { cause: error } : {};
  if (isRefusedCredential(error)) {
    return new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: the database refused the credential (${code})`, {
      ...cause,
    });
  }
  if (taken.has(number)) {
    return new MigrationError("RECORD_TAKEN", `${name}: a value that has to be unique is another user's (${code})`);
  }
  const why = unfit.has(number)
    ? `the statement cannot take this value (${code}); compare text: where cast(id as nvarchar(40)) = @identifier`
    : `the database failed (${code})`;
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${why}`, cause);
}

function isTransient(error: unknown): boolean {
  return (error as { readonly isTransient?: unknown } | undefined)?.isTransient === true;
}

function numberOf(error: unknown): number {
  const number = (error as { readonly number?: unknown } | undefined)?.number;
  return typeof number === "number" ? number : 0;
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
