import { type Attributes, renderAttributes } from "./attributes.ts";
import type { User } from "./world.ts";

/** Dates are seconds since 1970 in AWS JSON 1.1. */
export function seconds(date: Date): number {
  return date.getTime() / 1000;
}

/** The attributes as the API lists them, `sub` first. */
export function listAttributes(user: User, attributes: Attributes = user.attributes) {
  return renderAttributes(new Map([["sub", user.sub], ...attributes]));
}

/** `UserType` of the API. */
export function renderUser(user: User, only?: readonly string[]) {
  const wanted = listAttributes(user).filter((each) => only === undefined || only.includes(each.Name));
  return {
    Username: user.username,
    Attributes: wanted,
    UserCreateDate: seconds(user.created),
    UserLastModifiedDate: seconds(user.modified),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
