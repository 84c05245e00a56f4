import { MigrationError } from "../core/errors.ts";
import type { PlatformUser } from "../core/user.ts";

/** What every trigger event of an Amazon Cognito user pool has. */
export interface TriggerEvent {
  readonly triggerSource: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly clientId?: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** Cognito's time for a trigger; not adjustable. */
export const triggerTimeoutMs = 5000;

/** The key of ClientMetadata in which an application tells what its old sign-in decided: docs/shadow.md. */
export const legacyVerdictKey = "samekey_legacy";

/** The one sentence for every refusal of a trigger that can only say no by an error. */
export const refusalSentence = "This is not possible. Please contact support.";

// Cognito says "1"; emulators say "0", or nothing.
const versions: ReadonlySet<unknown> = new Set(["1", "0", 1, 0, undefined]);

// A user name that Cognito takes has at most 128 characters, a typed e-mail address 254.
const maxUserName = 4096;

/**
 * Reads what every trigger's event has in common.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 * @throws MigrationError EVENT_INVALID that names the field.
 */
export function parseTrigger(event: unknown, allowed: readonly string[]): TriggerEvent {
  if (!isRecord(event)) throw invalid("the event is no object");
  if (!versions.has(event.version)) {
    throw invalid("`version` is neither 1 nor missing");
  }
  const triggerSource = allowed.find((one) => one === event.triggerSource);
  if (triggerSource === undefined) throw invalid(`\`triggerSource\` is not one of ${allowed.join(", ")}`);
  const { userPoolId, userName, request, response, callerContext } = event;
  if (typeof userPoolId !== "string" || !/^[\w-]+_[0-9a-zA-Z]+$/.test(userPoolId))
    throw invalid("`userPoolId` is no pool's id");
  if (typeof userName !== "string" || userName.length > maxUserName)
    throw invalid("`userName` is no text, or too long");
  if (!isRecord(request)) throw invalid("`request` is no object");
  if (!isRecord(response)) throw invalid("`response` is no object");
  const clientId = isRecord(callerContext) ? callerContext.clientId : undefined;
  return { triggerSource, userPoolId, userName, request, ...(typeof clientId === "string" ? { clientId } : {}) };
}

/** The event's user attributes: own keys with texts, nothing inherited. */
export function readAttributes(request: TriggerEvent["request"]): ReadonlyMap<string, string> {
  const { userAttributes } = request;
  if (userAttributes === undefined || userAttributes === null) return new Map();
  if (!isRecord(userAttributes)) throw invalid("`request.userAttributes` is no object");
  return new Map(
    Object.entries(userAttributes).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The user of an event about one whom the pool knows. */
export function readPlatformUser(trigger: TriggerEvent): PlatformUser {
  const attributes = readAttributes(trigger.request);
  const sub = attributes.get("sub");
  const legacyId = attributes.get("custom:legacy_id");
  const email = attributes.get("email");
  const phone = attributes.get("phone_number");
  // The status tells a federated user from a native one who chose a name like `Google_1`.
  const federated = attributes.get("cognito:user_status")?.toUpperCase() === "EXTERNAL_PROVIDER";
  return {
    username: trigger.userName,
    ...(sub === undefined ? {} : { id: `${trigger.userPoolId}#${sub}` }),
    ...(federated ? { federatedId: `${trigger.userPoolId}#${trigger.userName}` } : {}),
    ...(legacyId === undefined ? {} : { legacyId }),
    ...(email === undefined ? {} : { email }),
    emailVerified: attributes.get("email_verified") === "true",
    ...(phone === undefined ? {} : { phone }),
    phoneVerified: attributes.get("phone_number_verified") === "true",
  };
}

export function invalid(what: string): MigrationError {
  return new MigrationError("EVENT_INVALID", `cognito: ${what}`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
