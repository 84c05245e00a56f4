import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { type Finding, isCaseSensitive, stop } from "../preflight.ts";
import { type AnsweredUser, contacts, isEmail, isPhone, sameName, wantedName } from "./answered-user.ts";

// UsernameType: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
const maxLength = 128;
const form = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u;

/** The rules of a user's name: its form, and what the pool takes for one. */
export function checkUserName(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  const byContact = (pool.UsernameAttributes ?? []).length > 0;
  return [
    ...checkForm(wantedName(user)),
    ...checkTyped(pool, user),
    ...(byContact ? checkContactName(pool, user) : checkPlainName(pool, wantedName(user))),
  ];
}

function checkForm(name: string): readonly Finding[] {
  const found: Finding[] = [];
  if (name.length > maxLength) {
    found.push(stop("user name", `It has ${name.length} characters, Cognito takes 1 to ${maxLength}.`));
  }
  if (!form.test(name)) {
    found.push(
      stop("user name", "Cognito takes letters, marks, digits, symbols and punctuation: no spaces, no invisible ones."),
    );
  }
  return found;
}

/** A hook may give another name than was typed only where what was typed is an alias of the user. */
function checkTyped(pool: UserPoolType, { typed, username, attributes }: AnsweredUser): readonly Finding[] {
  if (username === undefined) return [];
  const aliases = pool.AliasAttributes ?? [];
  if ([username, ...aliases.map((name) => attributes[name])].some((one) => sameName(pool, one, typed))) return [];
  const allowed = aliases.length === 0 ? "and it has none" : `which are ${aliases.join(", ")}`;
  return [
    stop(
      "user name",
      `What was typed is neither the user's name in the pool nor one of the pool's aliases, ${allowed}.`,
    ),
  ];
}

/** In a pool with UsernameAttributes the name is the e-mail address or phone number, as the attribute has it. */
function checkContactName(pool: UserPoolType, user: AnsweredUser): readonly Finding[] {
  const allowed = pool.UsernameAttributes ?? [];
  const name = wantedName(user);
  const attribute = isEmail(name) ? "email" : isPhone(name) ? "phone_number" : undefined;
  if (attribute === undefined || !allowed.includes(attribute)) {
    const forms = { email: "an e-mail address", phone_number: "a phone number as +491701234567" };
    const wanted = contacts.filter((one) => allowed.includes(one)).map((one) => forms[one]);
    return [stop("user name", `In this pool it has to be ${wanted.join(" or ")} (UsernameAttributes).`)];
  }
  const value = user.attributes[attribute];
  if (value === undefined || sameName(pool, value, name)) return [];
  const onlyCase = isCaseSensitive(pool) && value.toLowerCase() === name.toLowerCase();
  return [
    stop(
      attribute,
      onlyCase
        ? "It differs from what was typed in upper and lower case, and the pool tells Ann from ann: write it as people type it."
        : "It is not what was typed, and that is the user's name in this pool (that Cognito refuses this is unverified).",
    ),
  ];
}

/** A pool with an alias refuses names of its form. */
function checkPlainName(pool: UserPoolType, name: string): readonly Finding[] {
  const aliases = pool.AliasAttributes ?? [];
  if (aliases.includes("email") && isEmail(name)) {
    return [stop("user name", "It has the form of an e-mail address, which a pool with e-mail as an alias refuses.")];
  }
  if (aliases.includes("phone_number") && isPhone(name)) {
    return [
      stop("user name", "It has the form of a phone number, which a pool with phone numbers as aliases refuses."),
    ];
  }
  return [];
}
