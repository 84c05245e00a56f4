import { Refusal } from "../core/errors.ts";
import type { Hook } from "../core/ports.ts";
import { parseTrigger, readPlatformUser, refusalSentence, triggerTimeoutMs } from "../protocols/cognito-trigger.ts";

/**
 * Amazon Cognito's pre authentication trigger: a gate that lets the authentication through or stops it. It gets no
 * password. A user whom the pool does not know (`userNotFound`) passes: the migration trigger decides.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html
 */
export const cognitoPreAuthentication: Hook<unknown, unknown> = {
  platform: "cognito",
  timeoutMs: triggerTimeoutMs,

  parse(event) {
    const trigger = parseTrigger(event, ["PreAuthentication_Authentication"]);
    return { kind: "gate", user: readPlatformUser(trigger), known: trigger.request.userNotFound !== true };
  },

  render(outcome, event) {
    if (outcome.kind !== "allowed") throw new Refusal(refusalSentence);
    return event;
  },
};
