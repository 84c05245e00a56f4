import type { PasswordPolicyType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { Secret } from "../../core/secret.ts";
import { type Finding, stop, warn } from "../preflight.ts";
import type { AnsweredUser } from "./answered-user.ts";
import { canReset } from "./sign-in.ts";

// PasswordType: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
const maxLength = 256;
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html; a space counts inside.
const symbol = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/;

/**
 * What becomes of a right password. A migration is not held to the pool's policy.
 * `weak` is what `weakPassword` of the config says. No finding has the password in it.
 */
export function checkPassword(
  pool: UserPoolType,
  user: AnsweredUser,
  { password, weak }: { readonly password: Secret; readonly weak: boolean },
): readonly Finding[] {
  const text = password.revealText();
  const found: Finding[] = [];
  if (text.length > maxLength) {
    found.push(
      warn(
        "password",
        `It has over ${maxLength} characters, Cognito's limit (whether a migration takes it is unverified).`,
      ),
    );
  }
  if (weak) return [...found, checkReset(pool, user)];
  const lacks = lacksOf(pool.Policies?.PasswordPolicy ?? {}, text);
  if (lacks.length > 0) {
    found.push(
      warn(
        "password",
        `It is below the pool's policy (${lacks.join(", ")}), and is taken over as it is: the user meets the policy at the next change. \`weakPassword\` in migration.config.ts can ask for a new one at once.`,
      ),
    );
  }
  return found;
}

/** Whether the pool takes the password from an administrator: its policy holds then. */
export function meetsPolicy(pool: UserPoolType, password: Secret): boolean {
  const text = password.revealText();
  return text !== "" && text.length <= maxLength && lacksOf(pool.Policies?.PasswordPolicy ?? {}, text).length === 0;
}

function checkReset(pool: UserPoolType, user: AnsweredUser): Finding {
  const text =
    "`weakPassword` calls it weak: the user is moved, and has to reset it at once (RESET_REQUIRED; unverified)";
  return canReset(pool, user)
    ? warn("password", `${text}.`)
    : stop("password", `${text}, but has no verified contact that a code could go to (AccountRecoverySetting).`);
}

function lacksOf(policy: PasswordPolicyType, text: string): readonly string[] {
  const { MinimumLength = 0, RequireUppercase, RequireLowercase, RequireNumbers, RequireSymbols } = policy;
  const rules: readonly (readonly [boolean | undefined, string])[] = [
    [text.length < MinimumLength, `shorter than ${MinimumLength} characters`],
    [RequireUppercase && !/[A-Z]/.test(text), "no upper-case letter"],
    [RequireLowercase && !/[a-z]/.test(text), "no lower-case letter"],
    [RequireNumbers && !/[0-9]/.test(text), "no digit"],
    [RequireSymbols && !symbol.test(text), "no symbol"],
  ];
  return rules.filter(([broken]) => broken === true).map(([, what]) => what);
}
