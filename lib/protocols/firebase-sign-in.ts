import type { DeniedReason } from "../core/outcome.ts";
import type { JsonAnswer } from "./json-http.ts";

export type FirebaseSignIn =
  | { readonly kind: "right"; readonly id: string; readonly token: string }
  | { readonly kind: "second-factor" }
  | { readonly kind: "denied"; readonly reason: DeniedReason };

// https://firebase.google.com/docs/reference/rest/auth#section-sign-in-email-password (common error codes) and
// https://cloud.google.com/identity-platform/docs/error-codes
const denials: ReadonlyMap<string, DeniedReason> = new Map([
  ["EMAIL_NOT_FOUND", "unknown-user"],
  ["INVALID_EMAIL", "unknown-user"],
  ["INVALID_PASSWORD", "wrong-password"],
  // Unknown or wrong: a project with e-mail enumeration protection does not tell.
  ["INVALID_LOGIN_CREDENTIALS", "wrong-password"],
  ["USER_DISABLED", "disabled"],
  ["TOO_MANY_ATTEMPTS_TRY_LATER", "locked"],
  ["PASSWORD_DOES_NOT_MEET_REQUIREMENTS", "must-change"],
]);

/** What accounts:signInWithPassword says; undefined for an answer that is not documented. */
export function readFirebaseSignIn({ status, json }: JsonAnswer): FirebaseSignIn | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { localId, idToken, mfaPendingCredential, error } = json as Partial<Record<string, unknown>>;
  if (status === 200) {
    if (typeof mfaPendingCredential === "string" && idToken === undefined) return { kind: "second-factor" };
    if (typeof localId !== "string" || localId === "" || typeof idToken !== "string" || idToken === "")
      return undefined;
    return { kind: "right", id: localId, token: idToken };
  }
  if (status !== 400 || typeof error !== "object" || error === null) return undefined;
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  // An explanation may follow the code.
  const reason = denials.get(message.split(" : ")[0]?.trim() ?? "");
  return reason === undefined ? undefined : { kind: "denied", reason };
}
