import { MigrationError } from "../core/errors.ts";

// What an error of pg means: https://www.postgresql.org/docs/current/errcodes-appendix.html

const refusedCredential: ReadonlySet<string> = new Set(["28P01", "28000"]);
// Class 08 connection exceptions, 57P01-57P03 shutting down or not yet up, 53300 too many connections, 25006 a replica
// after a failover.
const lostStates = /^(08...|57P0[123]|53300|25006)$/;
const lostCodes: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "ENOTCONN",
  "ECONNABORTED",
]);
// 23505 unique_violation, 23P01 exclusion_violation.
const taken: ReadonlySet<string> = new Set(["23505", "23P01"]);
// pg words these itself, without a code.
const lostMessages =
  /^(Connection terminated|Client has encountered a connection error|timeout expired|Client was closed)/;
const withoutTls = /^The server does not support SSL connections/;

/** Whether the database took the user's name or password for wrong. */
export function isRefusedCredential(error: unknown): boolean {
  return refusedCredential.has(codeOf(error));
}

/** Whether the connection, and not the statement, failed: the same statement may succeed on another connection. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (lostStates.test(code) || lostCodes.has(code)) return true;
  return code === "" && error instanceof Error && lostMessages.test(error.message);
}

/** The fault as the core knows it. Its message has pg's code alone: pg's texts quote names and values. */
export function asFault(error: unknown, name: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const code = codeOf(error);
  if (isRefusedCredential(error)) {
    return new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: the database refused the credential (${code})`, {
      cause: error,
    });
  }
  if (taken.has(code)) {
    // No cause: pg's detail quotes the value.
    return new MigrationError("RECORD_TAKEN", `${name}: a value that has to be unique is another user's (${code})`);
  }
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${reasonOf(error, code)}`, { cause: error });
}

function reasonOf(error: unknown, code: string): string {
  if (error instanceof Error && withoutTls.test(error.message)) return "the server offers no TLS, and TLS is asked for";
  // Class 22, data exceptions: most often an identifier that is compared with a column of numbers.
  if (/^22...$/.test(code)) {
    return `the statement cannot take this identifier (${code}); compare text: where id::text = $1`;
  }
  return `the database failed (${code || "no code"})`;
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
