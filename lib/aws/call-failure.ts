import { MigrationError } from "../core/errors.ts";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_troubleshoot.html and each service's "Common Errors".
const refusals: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignatureException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** The fault of a source for an error of an AWS call: the error's name, never its text, which may quote what was sent. */
export function awsFailure(name: string, what: string, error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const found = error instanceof Error ? error.name : "an unknown error";
  const code = refusals.has(found) ? "SOURCE_REFUSED_CREDENTIAL" : "SOURCE_UNAVAILABLE";
  const system = error instanceof Error && "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return new MigrationError(code, `${name}: ${what} failed: ${found}${system}`, { cause: error });
}

/** Whether a kept connection was closed before an answer came: the same call on another one may succeed. */
export function isCutConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}
