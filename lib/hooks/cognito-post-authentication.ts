import type { Hook } from "../core/ports.ts";
import { parseTrigger, readPlatformUser, triggerTimeoutMs } from "../protocols/cognito-trigger.ts";

/**
 * Amazon Cognito's post authentication trigger: the first sure proof that a moved user is on the platform.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html
 */
export const cognitoPostAuthentication: Hook<unknown, unknown> = {
  platform: "cognito",
  timeoutMs: triggerTimeoutMs,

  parse(event) {
    const trigger = parseTrigger(event, ["PostAuthentication_Authentication"]);
    return { kind: "completed", user: readPlatformUser(trigger), proof: "signed-in" };
  },

  render: (_outcome, event) => event,
};
