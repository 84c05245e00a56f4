import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  type UserPoolType,
  type UserType,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Finding, isCaseSensitive, stop, warn } from "../preflight.ts";
import { type AnsweredUser, contacts, isVerified, sameName, wantedName } from "./answered-user.ts";

/** One name that the new user would get: `by` is where ListUsers looks for it. */
interface Name {
  readonly by: "username" | "email" | "phone_number" | "preferred_username";
  readonly value: string;
}

// What goes into a filter as it is: nothing in it can end the quotation. A filter has at most 256 characters.
const quotable = /^[^"\\\p{Cc}]{1,200}$/u;

/**
 * Asks the pool (ListUsers) who has the names and aliases that the user would get. Samekey never takes an alias from
 * its holder (forceAliasCreation), so one that is taken ends the migration.
 * @throws what the service throws.
 */
export async function findTaken(
  cognito: CognitoIdentityProviderClient,
  pool: UserPoolType,
  user: AnsweredUser,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const name of namesOf(pool, user)) {
    const holder = (await holders(cognito, pool, name)).find((one) => holds(pool, one, name));
    if (holder === undefined) continue;
    const legacyId = attribute(holder, "custom:legacy_id");
    if (legacyId !== undefined && legacyId === user.attributes["custom:legacy_id"]) {
      const text = `The user is in the pool already, as ${holder.Username}: signing in does not ask the migration again.`;
      return [warn("user name", text)];
    }
    const about = name.by === "username" ? "user name" : name.by;
    found.push(stop(about, `It is another user's of the pool, ${holder.Username}: this user cannot move while it is.`));
  }
  return found;
}

/** The names as the pool would give them: an e-mail address or phone number is an alias only when it is verified. */
function namesOf(pool: UserPoolType, user: AnsweredUser): readonly Name[] {
  const byContact = contacts.filter((contact) => (pool.UsernameAttributes ?? []).includes(contact));
  const aliases = (pool.AliasAttributes ?? []).filter(
    (alias) => alias === "preferred_username" || isVerified(user, alias),
  );
  const names = [...byContact, ...aliases].flatMap((by): readonly Name[] => {
    const value = user.attributes[by];
    return value === undefined ? [] : [{ by, value }];
  });
  return byContact.length > 0 ? names : [{ by: "username", value: wantedName(user) }, ...names];
}

async function holders(
  cognito: CognitoIdentityProviderClient,
  pool: UserPoolType,
  { by, value }: Name,
): Promise<readonly UserType[]> {
  const users: UserType[] = [];
  // The filter may compare exactly where the pool does not.
  const texts = isCaseSensitive(pool) ? [value] : [...new Set([value, value.toLowerCase()])];
  for (const text of texts.filter((one) => quotable.test(one))) {
    const { Users = [] } = await cognito.send(
      new ListUsersCommand({ UserPoolId: pool.Id, Filter: `${by} = "${text}"`, Limit: 60 }),
    );
    users.push(...Users);
  }
  return users;
}

function holds(pool: UserPoolType, user: UserType, { by, value }: Name): boolean {
  if (by === "username") return sameName(pool, user.Username, value);
  if (!sameName(pool, attribute(user, by), value)) return false;
  const counts = by === "preferred_username" || (pool.UsernameAttributes ?? []).includes(by);
  return counts || attribute(user, `${by}_verified`) === "true";
}

function attribute(user: UserType, name: string): string | undefined {
  return user.Attributes?.find((one) => one.Name === name)?.Value;
}
