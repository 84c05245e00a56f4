import type { Outcome } from "../core/outcome.ts";
import type { Hook } from "../core/ports.ts";
import type { LegacyVerdict } from "../core/request.ts";
import { maxPasswordBytes, Secret } from "../core/secret.ts";
import { platformAttributes } from "../protocols/cognito-attributes.ts";
import { invalid, isRecord, legacyVerdictKey, parseTrigger, triggerTimeoutMs } from "../protocols/cognito-trigger.ts";

const sources = ["UserMigration_Authentication", "UserMigration_ForgotPassword"] as const;

/**
 * Amazon Cognito's user migration trigger: a user whom the pool does not know signs in with a password, or asks for a
 * new one. A refusal is the event with an empty response, the same for every reason.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
export const cognitoUserMigration: Hook<unknown, unknown> = {
  platform: "cognito",
  timeoutMs: triggerTimeoutMs,

  parse(event) {
    const trigger = parseTrigger(event, sources);
    const { userName: identifier, userPoolId: pool, clientId } = trigger;
    const client = { pool, ...(clientId === undefined ? {} : { clientId }) };
    if (trigger.triggerSource === "UserMigration_ForgotPassword") return { kind: "look-up", identifier, client };
    const { password } = trigger.request;
    if (typeof password !== "string") throw invalid("`request.password` is no text");
    const legacyVerdict = readLegacyVerdict(trigger.request.validationData);
    return {
      kind: "sign-in",
      identifier,
      password: readPassword(password),
      client,
      ...(legacyVerdict === undefined ? {} : { legacyVerdict }),
    };
  },

  render(outcome, event) {
    const answered = isRecord(event) ? event : {};
    return { ...answered, response: responseOf(outcome) };
  },
};

// What no password can be (overlong, or without a UTF-8 form) is refused as the empty one is: as a wrong password,
// with the same work, and without copying ten megabytes first.
function readPassword(text: string): Secret {
  return text.length > maxPasswordBytes || !text.isWellFormed() ? Secret.fromText("") : Secret.fromText(text);
}

/** The ClientMetadata of InitiateAuth arrives as `validationData`. All of it is the caller's; anything else is nothing. */
function readLegacyVerdict(data: unknown): LegacyVerdict | undefined {
  const word = isRecord(data) && Object.hasOwn(data, legacyVerdictKey) ? data[legacyVerdictKey] : undefined;
  return word === "accepted" || word === "refused" ? word : undefined;
}

function responseOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  if (outcome.kind !== "verified" && outcome.kind !== "found") return {};
  const userAttributes = platformAttributes(outcome);
  // Cognito takes another name than the typed one only for an alias.
  if (outcome.byAlias) userAttributes.username = outcome.platformUsername;
  return {
    userAttributes,
    // Always said: what Cognito does where it is left out is documented in two ways.
    finalUserStatus: outcome.kind === "verified" && !outcome.weak ? "CONFIRMED" : "RESET_REQUIRED",
    messageAction: "SUPPRESS",
    forceAliasCreation: false,
  };
}
