import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { type Finding, stop } from "../preflight.ts";
import type { AnsweredUser } from "./answered-user.ts";
import { checkAttributes } from "./attributes.ts";
import { checkSignIn } from "./sign-in.ts";
import { checkUserName } from "./user-name.ts";

/**
 * Every rule of the pool, as DescribeUserPool tells them, that a user breaks whom the migration hook answers so. `stop`:
 * the pool would not take the user, or the user could not come back.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export function checkUser(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  return [
    ...checkAnswer(user),
    ...checkUserName(pool, user),
    ...checkAttributes(pool, user),
    ...checkSignIn(pool, user),
  ];
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html: userAttributes is required.
function checkAnswer({ username, attributes }: AnsweredUser): readonly Finding[] {
  if (username !== undefined || Object.keys(attributes).length > 0) return [];
  return [stop("attributes", "The answer has none, and Cognito makes no user without.")];
}
