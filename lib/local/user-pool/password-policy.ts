import { CognitoFault } from "./fault.ts";
import type { PasswordPolicy } from "./pool-settings.ts";

// The special characters of the developer guide's page on password policies; a space counts when it is not at an end.
const symbol = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/;

/**
 * Holds a password against the pool's policy. Not called at a migration: there Cognito takes any password.
 * @throws CognitoFault InvalidPasswordException, which names the first rule that fails and never the password.
 */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string): void {
  const fault = faultOf(policy, password);
  if (fault !== undefined) {
    throw new CognitoFault("InvalidPasswordException", `Password did not conform with policy: ${fault}`);
  }
}

function faultOf(policy: PasswordPolicy, password: string): string | undefined {
  if (password.length < policy.minimumLength) return "Password not long enough";
  if (policy.uppercase && !/[A-Z]/.test(password)) return "Password must have uppercase characters";
  if (policy.lowercase && !/[a-z]/.test(password)) return "Password must have lowercase characters";
  if (policy.numbers && !/[0-9]/.test(password)) return "Password must have numeric characters";
  if (policy.symbols && !symbol.test(password)) return "Password must have symbol characters";
  return undefined;
}
