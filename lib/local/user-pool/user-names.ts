import { randomUUID } from "node:crypto";
import type { Attributes } from "./attributes.ts";
import { aliasExists, isEmail, isPhone } from "./attributes.ts";
import { CognitoFault, invalidParameter, userNotFound } from "./fault.ts";
import { type Input, text, usernameRules } from "./input.ts";
import type { Pool, User } from "./world.ts";

/** How a new user is called: in pools whose user name is an e-mail address or phone number the sub takes its place. */
export interface NewName {
  readonly username: string;
  readonly sub: string;
  readonly attributes: Attributes;
}

/**
 * The name of a new user, and the attributes with what was typed among them.
 * @throws CognitoFault InvalidParameterException for a name of the wrong form for this pool.
 */
export function nameNewUser(pool: Pool, typed: string, attributes: Attributes): NewName {
  const sub = randomUUID();
  const { aliasAttributes, usernameAttributes } = pool.identity;
  if (usernameAttributes.length > 0) {
    const attribute = isEmail(typed) ? "email" : isPhone(typed) ? "phone_number" : undefined;
    if (attribute === undefined || !usernameAttributes.includes(attribute)) throw wrongForm(usernameAttributes);
    const given = attributes.get(attribute) ?? typed;
    if (fold(pool, given) !== fold(pool, typed)) {
      throw invalidParameter(`The ${attribute} of the user is not the one that was given as user name.`);
    }
    return { username: sub, sub, attributes: new Map([...attributes, [attribute, given]]) };
  }
  if (aliasAttributes.includes("email") && isEmail(typed)) {
    throw invalidParameter("Username cannot be of email format, since user pool is configured for email alias.");
  }
  if (aliasAttributes.includes("phone_number") && isPhone(typed)) {
    throw invalidParameter(
      "Username cannot be of phone number format, since user pool is configured for phone number alias.",
    );
  }
  return { username: typed, sub, attributes };
}

function fold(pool: Pool, text: string): string {
  return pool.identity.caseSensitive ? text : text.toLowerCase();
}

function wrongForm(allowed: readonly string[]): CognitoFault {
  const email = allowed.includes("email");
  const phone = allowed.includes("phone_number");
  if (email && phone) return invalidParameter("Username should be either an email or a phone number.");
  return invalidParameter(email ? "Username should be an email." : "Username should be a phone number.");
}

/** Refuses a name that is taken. @throws CognitoFault UsernameExistsException */
export function checkNameFree(pool: Pool, name: NewName, sentence: string): void {
  if (pool.users.find(name.username) !== undefined) throw new CognitoFault("UsernameExistsException", sentence);
  for (const attribute of pool.identity.usernameAttributes) {
    const value = name.attributes.get(attribute);
    if (value !== undefined && pool.users.holderOf(attribute, value, undefined) !== undefined) {
      throw new CognitoFault("UsernameExistsException", `An account with the given ${attribute} already exists.`);
    }
  }
}

/**
 * Makes sure that the aliases a user is about to get are free. With `force` they are taken from whoever has them; the
 * former holder's attribute is no longer verified.
 * @throws CognitoFault AliasExistsException
 */
export function claimAliases(pool: Pool, username: string, attributes: Attributes, force: boolean): void {
  for (const attribute of [...pool.identity.aliasAttributes, ...pool.identity.usernameAttributes]) {
    const value = attributes.get(attribute);
    const proven = attribute === "preferred_username" || attributes.get(`${attribute}_verified`) === "true";
    if (value === undefined || (pool.identity.aliasAttributes.includes(attribute) && !proven)) continue;
    const holder = pool.users.holderOf(attribute, value, username);
    if (holder === undefined) continue;
    const movable = pool.identity.aliasAttributes.includes(attribute) && attribute !== "preferred_username";
    if (!force || !movable) throw aliasExists(attribute);
    pool.users.change(holder.username, (old) => ({
      ...old,
      attributes: new Map([...old.attributes, [`${attribute}_verified`, "false"]]),
    }));
  }
}

/** The user of an administrator's action. @throws CognitoFault UserNotFoundException */
export function userOf(pool: Pool, input: Input): User {
  const user = pool.users.find(text(input, "Username", usernameRules));
  if (user === undefined) throw userNotFound();
  return user;
}

/** Changes a user. @throws CognitoFault UserNotFoundException when the user was deleted meanwhile. */
export function changeUser(pool: Pool, user: User, now: Date, change: (current: User) => Partial<User>): User {
  const next = pool.users.change(user.username, (current) => ({ ...current, ...change(current), modified: now }));
  if (next === undefined) throw userNotFound();
  return next;
}
