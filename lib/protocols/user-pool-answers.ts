import type { DeniedReason } from "../core/outcome.ts";

const denials: Readonly<Record<string, DeniedReason>> = {
  // The text is all that tells these apart; each is pinned by a test against the simulator or the double.
  "NotAuthorizedException: Incorrect username or password.": "wrong-password",
  "NotAuthorizedException: Password attempts exceeded": "locked",
  "NotAuthorizedException: User is disabled.": "disabled",
  "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.": "expired",
};

/**
 * The refusal that an error of AdminInitiateAuth means; undefined for one that is a fault, such as a wrong secret hash,
 * which is a NotAuthorizedException too.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html#API_AdminInitiateAuth_Errors
 */
export function userPoolDenial(error: unknown): DeniedReason | undefined {
  if (!(error instanceof Error)) return undefined;
  switch (error.name) {
    case "UserNotFoundException":
      return "unknown-user";
    case "PasswordResetRequiredException":
      return "must-change";
    // Nobody has proved that the account's contact is theirs.
    case "UserNotConfirmedException":
      return "disabled";
    default:
      return denials[`${error.name}: ${error.message}`];
  }
}

/** Whether the pool took the proof of the client's secret for wrong. */
export function isWrongSecretHash(error: unknown): boolean {
  return error instanceof Error && /secret[ _]hash/i.test(error.message) && error.name === "NotAuthorizedException";
}

/** What a challenge after the right password means: docs/sources/cognito.md has the reasons. */
export function userPoolChallenge(challenge: string): "second-factor" | "must-change" | undefined {
  switch (challenge) {
    case "SMS_MFA":
    case "SOFTWARE_TOKEN_MFA":
    case "EMAIL_OTP":
    case "SMS_OTP":
    case "SELECT_MFA_TYPE":
    case "MFA_SETUP":
    // A remembered device stands in for the second factor.
    case "DEVICE_SRP_AUTH":
      return "second-factor";
    case "NEW_PASSWORD_REQUIRED":
      return "must-change";
    default:
      return undefined;
  }
}
