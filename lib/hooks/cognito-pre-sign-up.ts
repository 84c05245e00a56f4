import { Refusal } from "../core/errors.ts";
import type { Hook } from "../core/ports.ts";
import type { Identifiers } from "../core/user.ts";
import {
  parseTrigger,
  readAttributes,
  refusalSentence,
  type TriggerEvent,
  triggerTimeoutMs,
} from "../protocols/cognito-trigger.ts";

const callers = {
  PreSignUp_SignUp: "person",
  PreSignUp_ExternalProvider: "federation",
  // Cognito calls it during the migration itself, between the migration trigger's answer and the user's creation.
  PreSignUp_AdminCreateUser: "admin",
} as const;

/**
 * Amazon Cognito's pre sign-up trigger: nobody signs up with an identifier that still belongs to a legacy user.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
 */
export const cognitoPreSignUp: Hook<unknown, unknown> = {
  platform: "cognito",
  timeoutMs: triggerTimeoutMs,

  parse(event) {
    const trigger = parseTrigger(event, Object.keys(callers));
    const by = callers[trigger.triggerSource as keyof typeof callers];
    return {
      kind: "sign-up",
      identifiers: readIdentifiers(trigger, by),
      by,
      ...(by === "federation" ? { platformId: `${trigger.userPoolId}#${trigger.userName}` } : {}),
    };
  },

  render(outcome, event) {
    if (outcome.kind !== "allowed") throw new Refusal(refusalSentence);
    return event;
  },
};

function readIdentifiers(trigger: TriggerEvent, by: "person" | "federation" | "admin"): Identifiers {
  const attributes = readAttributes(trigger.request);
  const legacyId = attributes.get("custom:legacy_id");
  const email = attributes.get("email");
  const phone = attributes.get("phone_number");
  const preferred = attributes.get("preferred_username");
  // In a pool whose user name is an e-mail address, `userName` is the sub, a UUID that is nobody's name.
  const username = by === "federation" ? undefined : trigger.userName;
  return {
    usernames: [username, preferred].filter((name): name is string => name !== undefined && name !== ""),
    ...(email === undefined ? {} : { email }),
    emailVerified: attributes.get("email_verified") === "true",
    ...(phone === undefined ? {} : { phone }),
    phoneVerified: attributes.get("phone_number_verified") === "true",
    ...(legacyId === undefined ? {} : { legacyId }),
  };
}
