import { MigrationError } from "../core/errors.ts";

// What an error of mysql2 means, by the server's number:
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-codes/

// 1045 access denied, 1698 the same without a password, 1862 expired, 3118 (MySQL) and 4151 (MariaDB) account locked.
const refusedCredential: ReadonlySet<number> = new Set([1045, 1698, 1862, 3118, 4151]);
// 1040 and 1203 too many connections, 1053 shutting down, 1152-1161 the line, 1184 aborted, 1226 a user's limit, 1243 a
// prepared statement that a proxy's other server does not know, 1290 and 1836 a replica after a failover, 1927 killed,
// 4031 idle for too long.
const lostNumbers: ReadonlySet<number> = new Set([
  1040, 1053, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1226, 1243, 1290, 1836, 1927, 4031,
]);
const lostCodes: ReadonlySet<string> = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "ECONNRESET",
  "EPIPE",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "ENOTCONN",
  "ECONNABORTED",
]);
// mysql2 words it itself, without a code.
const lostMessage = /in closed state$/;
// 1062 and 1586 duplicate entry, 1169 unique constraint.
const taken: ReadonlySet<number> = new Set([1062, 1169, 1586]);
// 1264 and 1366 wrong value, 1292 truncated, 1406 too long, 1525 wrong literal, 3988 not to be converted.
const unfit: ReadonlySet<number> = new Set([1264, 1292, 1366, 1406, 1525, 3988]);
// Their texts quote names of the schema and the adopter's own SQL, never a value: unknown database, column, table,
// function; a missing grant; a wrong statement.
const withoutValues: ReadonlySet<number> = new Set([1044, 1049, 1054, 1064, 1142, 1143, 1146, 1305, 1370]);

/** Whether the database took the user's name or password for wrong. */
export function isRefusedCredential(error: unknown): boolean {
  return refusedCredential.has(numberOf(error));
}

/** Whether the connection, and not the statement, failed: the same statement may succeed on another connection. */
export function isLost(error: unknown): boolean {
  if (lostNumbers.has(numberOf(error)) || lostCodes.has(codeOf(error))) return true;
  return codeOf(error) === "" && error instanceof Error && lostMessage.test(error.message);
}

/** The fault as the core knows it. Its message has the code alone, and its cause is kept only where it quotes no value. */
export function asFault(error: unknown, name: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const number = numberOf(error);
  const code = [codeOf(error), number || undefined].filter(Boolean).join(" ") || "no code";
  const ofServer = (error as { readonly sqlMessage?: unknown } | undefined)?.sqlMessage !== undefined;
  const cause = !ofServer || withoutValues.has(number) || isRefusedCredential(error) ? { cause: error } : {};
  if (isRefusedCredential(error)) {
    return new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: the database refused the credential (${code})`, {
      ...cause,
    });
  }
  if (taken.has(number)) {
    return new MigrationError("RECORD_TAKEN", `${name}: a value that has to be unique is another user's (${code})`);
  }
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${reasonOf(error, number, code)}`, cause);
}

function reasonOf(error: unknown, number: number, code: string): string {
  if (codeOf(error) === "HANDSHAKE_NO_SSL_SUPPORT") return "the server offers no TLS, and TLS is asked for";
  if (codeOf(error) === "HANDSHAKE_SSL_ERROR" && error instanceof Error) return `TLS failed: ${error.message}`;
  if (unfit.has(number)) {
    return `the statement cannot take this value (${code}); compare text: where cast(id as char) = :identifier`;
  }
  return `the database failed (${code})`;
}

function numberOf(error: unknown): number {
  const number = (error as { readonly errno?: unknown } | undefined)?.errno;
  // The system's own numbers are negative.
  return typeof number === "number" && number >= 1000 ? number : 0;
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
