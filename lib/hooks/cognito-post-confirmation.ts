import type { Hook } from "../core/ports.ts";
import { parseTrigger, readPlatformUser, triggerTimeoutMs } from "../protocols/cognito-trigger.ts";

/**
 * Amazon Cognito's post confirmation trigger: a chosen new password is a proof; a confirmed sign-up never is, since
 * that person is new.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
 */
export const cognitoPostConfirmation: Hook<unknown, unknown> = {
  platform: "cognito",
  timeoutMs: triggerTimeoutMs,

  parse(event) {
    const trigger = parseTrigger(event, ["PostConfirmation_ConfirmForgotPassword", "PostConfirmation_ConfirmSignUp"]);
    const proof = trigger.triggerSource === "PostConfirmation_ConfirmForgotPassword" ? "reset" : "signed-up";
    return { kind: "completed", user: readPlatformUser(trigger), proof };
  },

  render: (_outcome, event) => event,
};
