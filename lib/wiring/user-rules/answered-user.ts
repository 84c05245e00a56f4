import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { Admitted } from "../../core/outcome.ts";
import { platformAttributes } from "../../protocols/cognito-attributes.ts";
import { isCaseSensitive } from "../preflight.ts";

/** A user as the migration hook answers him, beside what the person typed. */
export interface AnsweredUser {
  readonly typed: string;
  /** `username` among the answer's attributes: there only when an alias was typed. */
  readonly username?: string;
  /** The answer's `userAttributes`, without `username`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The user as the migration hook will answer him: Cognito takes another name than the typed one only for an alias. */
export function answeredUser(admitted: Admitted, typed: string): AnsweredUser {
  const attributes = platformAttributes(admitted);
  return { typed, attributes, ...(admitted.byAlias ? { username: admitted.platformUsername } : {}) };
}

/** The contacts that a pool can take for user names or aliases, and prove. */
export const contacts = ["email", "phone_number"] as const;
export type Contact = (typeof contacts)[number];

/** What Cognito takes for the new user's name. */
export function wantedName({ username, typed }: AnsweredUser): string {
  return username ?? typed;
}

export function isVerified({ attributes }: AnsweredUser, contact: Contact): boolean {
  return attributes[`${contact}_verified`] === "true";
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}

/** Cognito's form: a plus sign and digits, nothing between them. */
export function isPhone(text: string): boolean {
  return /^\+[0-9]+$/.test(text);
}

/** Whether two texts are one name to the pool. */
export function sameName(pool: UserPoolType, one: string | undefined, other: string): boolean {
  if (one === undefined) return false;
  return isCaseSensitive(pool) ? one === other : one.toLowerCase() === other.toLowerCase();
}
