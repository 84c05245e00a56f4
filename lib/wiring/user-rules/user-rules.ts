import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { Finding } from "../preflight.ts";
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
  return [...checkUserName(pool, user), ...checkAttributes(pool, user), ...checkSignIn(pool, user)];
}
