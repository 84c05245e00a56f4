/** What can be wrong, named for the thing that is wrong. Each code has a heading in docs/errors.md. */
export const errorCodes = [
  "CONFIG_INVALID",
  "DEADLINE_EXCEEDED",
  "EVENT_INVALID",
  "HASH_DAMAGED",
  "HASH_TOO_COSTLY",
  "HASH_UNKNOWN",
  "IDEMPOTENCY_KEY_REUSED",
  "IMPORT_UNKNOWN",
  "IMPORT_UNREADABLE",
  "LEDGER_DAMAGED",
  "LEDGER_UNAVAILABLE",
  "PASSWORD_FUNCTION_FAILED",
  "PASSWORD_UNUSABLE",
  "PLATFORM_UNAVAILABLE",
  "RECORD_AMBIGUOUS",
  "RECORD_TAKEN",
  "RECORD_UNUSABLE",
  "REQUEST_INVALID",
  "REQUEST_TOO_LARGE",
  "REQUEST_TYPE_UNKNOWN",
  "SECRET_INVALID",
  "SECRET_UNAVAILABLE",
  "SOURCE_REFUSED_CREDENTIAL",
  "SOURCE_UNAVAILABLE",
  "STORAGE_UNAVAILABLE",
  "VAULT_UNAVAILABLE",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * A fault: something that a person has to mend. Its message is for the operator (subject, what was found, what is
 * allowed) and never holds a password, a hash, a token or an event.
 */
export class MigrationError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "MigrationError";
    this.code = code;
  }
}

/** Codes that concern one user's record: the answer is a refusal, not a fault of the system. */
const recordCodes: ReadonlySet<ErrorCode> = new Set([
  "HASH_DAMAGED",
  "HASH_TOO_COSTLY",
  "HASH_UNKNOWN",
  "RECORD_AMBIGUOUS",
  "RECORD_UNUSABLE",
]);

/** Whether the fault is one user's record (damaged, unknown or too costly hash, two rows, a row that cannot be mapped). */
export function isRecordFault(error: unknown): error is MigrationError {
  return error instanceof MigrationError && recordCodes.has(error.code);
}

/**
 * The one sentence that a trigger which can only say no by an error (gate, sign-up) answers with. It is the same for
 * every reason, so that it tells nothing about the user.
 */
export class Refusal extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "Refusal";
  }
}
