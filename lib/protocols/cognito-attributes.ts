import type { Admitted } from "../core/outcome.ts";

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
export const standardAttributes: ReadonlySet<string> = new Set([
  "address",
  "birthdate",
  "email",
  "email_verified",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "phone_number_verified",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
]);

// `sub` is the pool's own: a migration that answers it makes a user who cannot sign in. `identities` and
// `cognito:…` are the pool's too.
const reserved = /^(sub|identities|username|cognito:.*|custom:legacy_id)$/;
const usualCustomName = /^custom:[!-~]{1,20}$/;
// No literal: V8 works Unicode's classes out whenever it parses one, some 3 ms of each cold start, for names that are
// nearly always ASCII.
const customCharacters = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]";
const unsafe: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const maxValueLength = 2048;

/**
 * The attributes that the pool gets: standard names as they are, all others as `custom:…`, the legacy id as
 * `custom:legacy_id`. What the pool could only refuse (reserved names, values over 2,048 characters) is left out, so
 * that one long biography does not cost somebody the sign-in.
 */
export function platformAttributes({ user, legacyKey }: Admitted): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(user.attributes)) {
    const key = standardAttributes.has(name) || name.startsWith("custom:") ? name : `custom:${name}`;
    const bare = key.replace(/^custom:/, "");
    if (reserved.test(name) || reserved.test(key) || unsafe.has(bare)) continue;
    if (!standardAttributes.has(key) && !isCustomName(key)) continue;
    if (value === "" || value.length > maxValueLength || !value.isWellFormed()) continue;
    attributes[key] = value;
  }
  // Only the source's own word verifies a contact; anything else it says is no.
  for (const flag of ["email_verified", "phone_number_verified"]) {
    if (attributes[flag] !== undefined) attributes[flag] = String(attributes[flag] === "true");
  }
  attributes["custom:legacy_id"] = legacyKey;
  return attributes;
}

function isCustomName(key: string): boolean {
  return usualCustomName.test(key) || new RegExp(`^custom:${customCharacters}{1,20}$`, "u").test(key);
}
