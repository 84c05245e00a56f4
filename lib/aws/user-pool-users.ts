import type { PoolPage, PoolUser, UserPoolClient } from "./user-pool-client.ts";

// AdminGetUser's Username: anything else would be InvalidParameterException there, which is no answer.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html#API_AdminGetUser_RequestSyntax
const usernameForm = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
// What goes into a filter as it is: no address, number or sub has a quote, a backslash or a control character, so nothing
// is escaped and nothing can end the quotation. The whole filter has at most 256 characters.
const quotable = /^[^"\\\p{Cc}]{1,200}$/u;
// The most that ListUsers gives at once.
const pageSize = 60;

const filterOf = { email: "email", phone: "phone_number", id: "sub" } as const;
const verifiedFlag = { email: "email_verified", phone: "phone_number_verified", id: undefined } as const;

/**
 * The users of a pool who are called so; more than one only where nobody can tell whose it is. Throws the SDK's errors.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api
 */
export async function findPoolUsers(
  client: UserPoolClient,
  by: "email" | "phone" | "username" | "id",
  text: string,
  signal: AbortSignal,
): Promise<readonly PoolUser[]> {
  if (by === "username") return findByName(client, text, signal);
  if (!quotable.test(text)) return [];
  const { users } = await readPoolUsers(client, { filter: `${filterOf[by]} = "${text}"`, size: pageSize }, signal);
  const flag = verifiedFlag[by];
  if (users.length <= 1 || flag === undefined) return users;
  // In a pool with aliases the address is whose has proved it; others may have written it into their profile.
  const proved = users.filter(({ attributes }) => attributes[flag] === "true");
  return proved.length === 1 ? proved : users;
}

async function findByName(client: UserPoolClient, text: string, signal: AbortSignal): Promise<readonly PoolUser[]> {
  if (!usernameForm.test(text)) return [];
  try {
    const found = await client.getUser(text, signal);
    // Cognito takes aliases there too; a user name is what was asked for. The core decides about case.
    return found.username.toLowerCase() === text.toLowerCase() ? [found] : [];
  } catch (error) {
    if (error instanceof Error && error.name === "UserNotFoundException") return [];
    throw error;
  }
}

/** As many users as asked for: a page of the pool's may be shorter, or empty, and still not be the last one. */
export async function readPoolUsers(
  client: UserPoolClient,
  query: { readonly filter?: string; readonly size: number; readonly after?: string | undefined },
  signal: AbortSignal,
): Promise<PoolPage> {
  const { filter, size } = query;
  const users: PoolUser[] = [];
  let next = query.after;
  do {
    const limit = Math.min(size - users.length, pageSize);
    const page = await client.listUsers({ limit, after: next, ...(filter === undefined ? {} : { filter }) }, signal);
    users.push(...page.users);
    next = page.next;
  } while (next !== undefined && users.length < size);
  return { users, next };
}
