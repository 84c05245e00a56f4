import { notAuthorized } from "../fault.ts";
import { flag, passwordRules, text } from "../input.ts";
import { checkPasswordPolicy } from "../password-policy.ts";
import { hashPassword } from "../passwords.ts";
import { changeUser, userOf } from "../user-names.ts";
import { type Action, poolOf } from "../world.ts";

/** No trigger runs: a migration ledger that waits for one is not told. */
export const adminSetUserPassword: Action = async (world, input) => {
  const pool = poolOf(world, input);
  const user = userOf(pool, input);
  const password = text(input, "Password", passwordRules);
  const permanent = flag(input, "Permanent") ?? false;
  if (user.status === "EXTERNAL_PROVIDER") throw notAuthorized("User password cannot be set in the current state.");
  checkPasswordPolicy(pool.settings.policy, password);
  const hash = await hashPassword(password);
  const now = world.settings.now();
  changeUser(pool, user, now, () => ({
    password: hash,
    passwordUntil: permanent ? undefined : new Date(now.getTime() + pool.settings.policy.temporaryDays * 86_400_000),
    status: permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD",
  }));
  return {};
};
