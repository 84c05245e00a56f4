import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  type UserType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Migration } from "../config/define-migration.ts";
import { isRecordFault } from "../core/errors.ts";
import { canonicalIdentifier } from "../core/identifier.ts";
import { findLegacyUser } from "../core/legacy-users.ts";

/** Users of the pool who have a legacy user's name, e-mail or phone number: they can never migrate under it. */
export interface Collisions {
  readonly asked: number;
  /** Whether the pool has more users than were asked about. */
  readonly more: boolean;
  /** The pool's names of the first of them, at most ten. */
  readonly examples: readonly string[];
  readonly count: number;
}

const pageSize = 60;
const maxExamples = 10;
const lookupMs = 5000;

/**
 * Asks the legacy stores about the first users of the pool, one after the other. A user who carries a legacy id is one
 * of Samekey's own and no collision.
 * @throws what a source throws that cannot be asked.
 */
export async function findCollisions(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
  migration: Pick<Migration, "sources" | "usernameCase">,
  limit: number,
): Promise<Collisions> {
  let asked = 0;
  let count = 0;
  const examples: string[] = [];
  for await (const user of listUsers(cognito, userPoolId)) {
    if (asked === limit) return { asked, count, examples, more: true };
    asked += 1;
    if (attribute(user, "custom:legacy_id") !== undefined || !(await isLegacyUser(user, migration))) continue;
    count += 1;
    if (examples.length < maxExamples) examples.push(user.Username ?? "?");
  }
  return { asked, count, examples, more: false };
}

async function* listUsers(cognito: CognitoIdentityProviderClient, userPoolId: string): AsyncGenerator<UserType> {
  let token: string | undefined;
  do {
    const page = await cognito.send(
      new ListUsersCommand({
        UserPoolId: userPoolId,
        Limit: pageSize,
        ...(token === undefined ? {} : { PaginationToken: token }),
      }),
    );
    yield* page.Users ?? [];
    token = page.PaginationToken;
  } while (token !== undefined);
}

async function isLegacyUser(
  user: UserType,
  { sources, usernameCase }: Pick<Migration, "sources" | "usernameCase">,
): Promise<boolean> {
  const rules = { usernameCase };
  // In a pool whose user name is an e-mail address, Username is the sub, which is nobody's name.
  const name = user.Username === attribute(user, "sub") ? undefined : user.Username;
  const texts = [name, attribute(user, "email"), attribute(user, "phone_number")];
  for (const text of new Set(texts)) {
    const lookup = text === undefined ? undefined : canonicalIdentifier(text, rules);
    if (lookup === undefined) continue;
    try {
      if ((await findLegacyUser(sources, lookup, rules, AbortSignal.timeout(lookupMs))) !== undefined) return true;
    } catch (error) {
      // Two rows, or one that cannot be read: somebody's it is.
      if (isRecordFault(error)) return true;
      throw error;
    }
  }
  return false;
}

function attribute(user: UserType, name: string): string | undefined {
  return user.Attributes?.find((one) => one.Name === name)?.Value;
}
