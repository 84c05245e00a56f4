import { MigrationError } from "../core/errors.ts";

// What an error of the connection or a result code means: RFC 4511 appendix A.

/** Result codes that are told by more than their number. */
const advice: Readonly<Record<number, string>> = {
  3: "the time limit was exceeded; is the attribute indexed?",
  4: "the size limit was exceeded",
  8: "the server wants the connection protected; use ldaps:// or StartTLS",
  10: "the server refers elsewhere, and referrals are not followed; name the server that has the base",
  11: "an administrative limit was exceeded; is the attribute indexed?",
  13: "the server wants the connection protected; use ldaps:// or StartTLS",
  32: "the base is not there, or the account may not see it",
  50: "the account may not do this",
  53: "the server is unwilling",
};

const invalidCredentials = 49;
const unavailable: ReadonlySet<number> = new Set([51, 52]);
const lostCodes: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "ENOTCONN"]);
// The driver words these itself, without a code.
const lostMessages = /^(Connection closed before|Socket error\.|Socket connection not established)/;

/** The result code of a server's refusal; undefined for an error of another kind. */
export function resultCodeOf(error: unknown): number | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : undefined;
}

/** Whether the server took the name or the password of a bind for wrong. */
export function isRefusedBind(error: unknown): boolean {
  return resultCodeOf(error) === invalidCredentials;
}

/** Whether the connection, and not the operation, failed: the same may succeed on another connection. */
export function isLost(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (typeof code === "number") return unavailable.has(code);
  if (typeof code === "string") return lostCodes.has(code);
  return error instanceof Error && lostMessages.test(error.message);
}

/**
 * Active Directory's own reason for a refused bind, in lower-case hexadecimal ("52e"); undefined where there is none.
 * @see https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes
 */
export function bindSubCodeOf(error: unknown): string | undefined {
  if (!isRefusedBind(error) || !(error instanceof Error)) return undefined;
  return /AcceptSecurityContext error, data ([0-9a-f]+)/i.exec(error.message)?.[1]?.toLowerCase();
}

/** The fault as the core knows it. Its message has codes alone: a server's texts quote names and filters. */
export function asLdapFault(error: unknown, name: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const result = resultCodeOf(error);
  if (result === invalidCredentials) {
    const sub = bindSubCodeOf(error);
    const code = sub === undefined ? "49" : `49, data ${sub}`;
    const message = `${name}: the directory refused the service account (${code})`;
    return new MigrationError("SOURCE_REFUSED_CREDENTIAL", message, { cause: error });
  }
  if (result !== undefined) {
    const message = `${name}: ${advice[result] ?? "the directory refused"} (result code ${result})`;
    return new MigrationError("SOURCE_UNAVAILABLE", message, { cause: error });
  }
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const message = `${name}: the connection failed (${typeof code === "string" ? code : "no code"})`;
  return new MigrationError("SOURCE_UNAVAILABLE", message, { cause: error });
}
