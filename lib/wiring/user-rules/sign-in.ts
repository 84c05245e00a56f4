import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { type Finding, stop, warn } from "../preflight.ts";
import { type AnsweredUser, type Contact, contacts, isVerified, sameName, wantedName } from "./answered-user.ts";

/** What a user who was moved meets at the next sign-in: aliases, a second factor, the way back to a forgotten password. */
export function checkSignIn(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  return [...checkAliases(pool, user), ...checkSecondFactor(pool, user), ...checkRecovery(pool, user)];
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
function checkAliases(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  const unproved = contacts.filter(
    (contact) =>
      (pool.AliasAttributes ?? []).includes(contact) &&
      (user.attributes[contact] ?? "") !== "" &&
      !isVerified(user, contact),
  );
  return unproved.map((contact) =>
    sameName(pool, user.attributes[contact], user.typed)
      ? stop(
          contact,
          `It was typed, but is not verified, and an alias works only once it is: after the first sign-in it leads to nobody, only the user name ${wantedName(user)} does. Say in the mapping that it is verified, if it is.`,
        )
      : warn(contact, "It is not verified, and an alias works only once it is: the user cannot sign in by it."),
  );
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
function checkSecondFactor(pool: UserPoolType, { attributes }: AnsweredUser): readonly Finding[] {
  if (pool.MfaConfiguration !== "ON") return [];
  const phone = attributes.phone_number === undefined ? "this user has none" : "this user has one";
  return [
    warn(
      "MFA",
      `The pool requires it, and no second factor comes along: each user has to set one up to sign in. By SMS a phone number is enough (${phone}), an authenticator has to be set up in your application. How the first sign-in goes is unverified.`,
    ),
  ];
}

function checkRecovery(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  const ways = recoveryContacts(pool);
  if (ways.length === 0 || canReset(pool, user)) return [];
  return [
    warn(
      "recovery",
      `The user has no verified ${ways.map((one) => (one === "email" ? "e-mail address" : "phone number")).join(" or ")}: a forgotten password cannot be reset (AccountRecoverySetting).`,
    ),
  ];
}

/** Whether the user can get a code for a new password. */
export function canReset(pool: UserPoolType, user: AnsweredUser): boolean {
  return recoveryContacts(pool).some((contact) => isVerified(user, contact));
}

// Without the setting Cognito takes either; `admin_only` leaves none.
function recoveryContacts(pool: UserPoolType): readonly Contact[] {
  const mechanisms = pool.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  const names = mechanisms.map(({ Name }) => Name);
  if (names.length === 0) return contacts;
  return contacts.filter((contact) => names.includes(`verified_${contact}`));
}
