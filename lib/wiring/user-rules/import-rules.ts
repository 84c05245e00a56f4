import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { PlatformRules } from "../../core/import-ports.ts";
import { answeredUser } from "./answered-user.ts";
import { meetsPolicy } from "./password.ts";
import { checkUser } from "./user-rules.ts";

/** A user pool's rules for imports: for users who are made at once, and for those who come at their first sign-in. */
export function importRules(pool: UserPoolType): PlatformRules {
  return {
    objections(user) {
      const found = checkUser(pool, answeredUser(user, user.platformUsername));
      const texts = (wanted: "stop" | "warn") =>
        found.filter(({ level }) => level === wanted).map(({ about, text }) => `${about}: ${text}`);
      return { stops: texts("stop"), doubts: texts("warn") };
    },
    takes: (password) => meetsPolicy(pool, password),
  };
}
