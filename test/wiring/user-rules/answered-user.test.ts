import { expect, it } from "vitest";
import { canonicalIdentifier } from "../../../lib/core/identifier.ts";
import type { UserNames } from "../../../lib/core/platform-name.ts";
import { admittedAs } from "../../../lib/core/sign-in.ts";
import { cognitoUserMigration } from "../../../lib/hooks/cognito-user-migration.ts";
import { answeredUser } from "../../../lib/wiring/user-rules/answered-user.ts";
import { adaAndGrace } from "../setting.ts";
import { answerOf } from "./trial.ts";

const ada = {
  id: "7",
  source: "custom",
  username: "ada",
  enabled: true,
  attributes: { email: "ada@example.org", email_verified: "yes", plan: "gold", bio: "b".repeat(2049), sub: "mine" },
};

it.each<[string, UserNames]>([
  ["Ada@Example.org", "email"],
  ["ada", "username"],
  ["ADA", "alias"],
  ["ada@example.org", "alias"],
])("is for %s in a pool of the kind %s what the hook answers", (typed, userNames) => {
  const identifiers = { usernameCase: "insensitive" } as const;
  const lookup = canonicalIdentifier(typed, identifiers);
  const admitted = lookup && admittedAs(ada, lookup, { sources: [adaAndGrace()], userNames, identifiers });
  if (admitted === undefined) throw new Error("the pool cannot take ada");
  const { response } = cognitoUserMigration.render({ kind: "verified", ...admitted, weak: false }, {}) as {
    readonly response: unknown;
  };
  expect(answerOf(answeredUser(admitted, typed))).toEqual(response);
});
