import { createHash } from "node:crypto";
import { canonicalIdentifier, type IdentifierRules, identifierKind } from "./identifier.ts";
import type { Lookup } from "./ports.ts";
import type { LegacyUser } from "./user.ts";

/**
 * How the pool names its users.
 * - `email`, `phone`: the pool's UsernameAttributes; people sign in with that attribute alone.
 * - `username`: a plain user name, no aliases.
 * - `alias`: a user name, and e-mail or phone as aliases (AliasAttributes). Such a pool forbids user names that look
 *   like its aliases.
 */
export const userNameKinds = ["email", "phone", "username", "alias"] as const;
export type UserNames = (typeof userNameKinds)[number];

/**
 * What the platform shall call the user: one name whatever the person typed, since two names would make two users.
 * @returns undefined when the pool cannot take the user under what was typed; the sign-in is then refused.
 */
export function platformUsernameFor(
  user: LegacyUser,
  lookup: Lookup,
  userNames: UserNames,
  rules: IdentifierRules,
): string | undefined {
  switch (userNames) {
    case "email":
      return sameAsTyped(user.attributes.email, lookup, rules);
    case "phone":
      return sameAsTyped(user.attributes.phone_number, lookup, rules);
    case "username":
      return sameAsTyped(user.username, lookup, rules);
    case "alias":
      return identifierKind(user.username) === "username" ? user.username : opaqueName(user);
  }
}

function sameAsTyped(value: string | undefined, lookup: Lookup, rules: IdentifierRules): string | undefined {
  if (value === undefined) return undefined;
  return canonicalIdentifier(value, rules)?.canonical === lookup.canonical ? lookup.canonical : undefined;
}

// The same name in every environment and at every attempt, and none that tells the legacy id to other users.
function opaqueName(user: LegacyUser): string {
  return `u-${createHash("sha256").update(`${user.source}\n${user.id}`).digest("hex").slice(0, 32)}`;
}
