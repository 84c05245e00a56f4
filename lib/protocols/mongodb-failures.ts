import { MigrationError } from "../core/errors.ts";

// What an error of the MongoDB driver means, by its name and the server's number:
// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
// The names, not the classes: the driver is loaded at first use.

// 18 AuthenticationFailed, 11 UserNotFound, 8000 Atlas's own.
const refusedCredential: ReadonlySet<number> = new Set([11, 18, 8000]);
// 6 and 7 host, 89 and 262 time, 91 shutting down, 189 and 10107 and 13435 and 13436 no primary any more, 391
// re-authentication, 9001 socket, 11600 and 11602 interrupted at shutdown.
const lostNumbers: ReadonlySet<number> = new Set([
  6, 7, 89, 91, 189, 262, 391, 9001, 10107, 11600, 11602, 13435, 13436,
]);
// A selection that found no server is not among them: the driver has tried again by itself until its time was over.
const lostNames: ReadonlySet<string> = new Set([
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoPoolClosedError",
  "MongoPoolClearedError",
  "PoolClearedOnNetworkError",
  "MongoWaitQueueTimeoutError",
  "MongoServerClosedError",
  "MongoTopologyClosedError",
  "MongoNotConnectedError",
  "MongoClientClosedError",
]);
// 11000 duplicate key; 11001 and 12582 are older and sharded forms of it.
const taken: ReadonlySet<number> = new Set([11000, 11001, 12582]);
// What the driver or the server says of a document that cannot be read or written, unlike one of the connection.
const unreadable = /^BSON/;
// DocumentDB before 8.0 and other servers of the protocol have no collation.
const noCollation = /collation/i;

/** Whether the database took the user's name or password for wrong. */
export function isRefusedCredential(error: unknown): boolean {
  return refusedCredential.has(numberOf(error));
}

/** Whether the connection, and not the command, failed: the same command may succeed on another connection. */
export function isLost(error: unknown): boolean {
  if (isRefusedCredential(error)) return false;
  return lostNumbers.has(numberOf(error)) || codeOf(error) === "ETIMEDOUT" || lostNames.has(nameOf(error));
}

/** The fault as the core knows it. What a server says is not kept as the cause: its text quotes values. */
export function asFault(error: unknown, name: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const number = numberOf(error);
  const told = (error as { readonly codeName?: unknown } | undefined)?.codeName;
  const codeName = typeof told === "string" && /^[A-Za-z]{1,60}$/.test(told) ? told : "";
  const deepest = number === 0 ? deepestOf(error) : undefined;
  const code = [codeOf(deepest), codeName, number || undefined].filter(Boolean).join(" ") || nameOf(error) || "no code";
  if (isRefusedCredential(error)) {
    return new MigrationError("SOURCE_REFUSED_CREDENTIAL", `${name}: the database refused the credential (${code})`);
  }
  if (taken.has(number)) {
    return new MigrationError("RECORD_TAKEN", `${name}: a value that has to be unique is another user's (${code})`);
  }
  if (unreadable.test(nameOf(error))) {
    return new MigrationError("RECORD_UNUSABLE", `${name}: a document is not valid BSON`);
  }
  if (number !== 0 && error instanceof Error && noCollation.test(error.message)) {
    return new MigrationError(
      "SOURCE_UNAVAILABLE",
      `${name}: the database refused the collation (${code}); set \`collation: "none"\` and look up a field in lower case`,
    );
  }
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: the database failed (${code})`, {
    ...(deepest === undefined ? {} : { cause: deepest }),
  });
}

/** What lies under the driver's own errors: the socket's or the certificate's error, of the first server that has one. */
function deepestOf(error: unknown): unknown {
  const servers = (error as { readonly reason?: { readonly servers?: unknown } } | undefined)?.reason?.servers;
  const ofServer =
    servers instanceof Map
      ? [...servers.values()].map(({ error: one }: { readonly error?: unknown }) => one).find(Boolean)
      : undefined;
  const next = ofServer ?? (error instanceof Error ? error.cause : undefined);
  return next === undefined || next === null ? error : deepestOf(next);
}

function numberOf(error: unknown): number {
  const number = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof number === "number" ? number : 0;
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
