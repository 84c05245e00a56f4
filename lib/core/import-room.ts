import { type ComesAlong, identitiesFor } from "./import-options.ts";
import type { ImportedUser } from "./imported-user.ts";

// An item of DynamoDB has room for 400 KB: the user as the vault keeps him, sealed, and the key.
const maxUserBytes = 256 * 1024;
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
const maxGroups = 100;
const maxIdentities = 5;

/** Why there is no room for a user: neither an item nor the pool has it. */
export function overflowOf(user: ImportedUser, along: ComesAlong): string | undefined {
  if (along.groups && (user.groups?.length ?? 0) > maxGroups) return `more than ${maxGroups} groups`;
  if (identitiesFor(user.identities, along).length > maxIdentities) return `more than ${maxIdentities} identities`;
  const { attributes, groups = [], password = [] } = user;
  let characters = 0;
  for (const [name, value] of Object.entries(attributes)) characters += name.length + value.length;
  for (const name of groups) characters += name.length;
  for (const { encoded, salt = "" } of [password].flat()) characters += encoded.length + salt.length;
  // A character has three bytes at most, or six where JSON writes it by number: hardly anybody is looked at twice.
  if (characters * 6 < maxUserBytes) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify({ ...user, totp: undefined, plaintext: undefined }));
  return bytes <= maxUserBytes ? undefined : `the user has ${bytes} bytes as JSON, allowed are ${maxUserBytes}`;
}
