import { invalidParameter } from "../fault.ts";
import { integer, optionalText, texts } from "../input.ts";
import { pageOf } from "../pages.ts";
import { renderUser } from "../render-user.ts";
import { type Action, poolOf, type User } from "../world.ts";

// API reference, ListUsers: custom attributes cannot be searched for.
const searchable = [
  "username",
  "sub",
  "cognito:user_status",
  "status",
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
];
const filterForm = /^\s*"?([\w:]+)"?\s*(=|\^=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

export const listUsers: Action = (world, input) => {
  const pool = poolOf(world, input);
  const fits = parseFilter(optionalText(input, "Filter", { max: 256 }));
  const limit = integer(input, "Limit", { min: 0, max: 60 }) || 60;
  const only = texts(input, "AttributesToGet", { max: 32 });
  const { page, next } = pageOf(pool.users.list().filter(fits), limit, optionalText(input, "PaginationToken"));
  return {
    Users: page.map((user) => renderUser(user, only)),
    ...(next === undefined ? {} : { PaginationToken: next }),
  };
};

function parseFilter(filter: string | undefined): (user: User) => boolean {
  if (filter === undefined || filter.trim() === "") return () => true;
  const [, name = "", operator, quoted = ""] = filterForm.exec(filter) ?? [];
  if (operator === undefined) throw invalidParameter("Error while parsing filter expression.");
  if (!searchable.includes(name))
    throw invalidParameter(`Error while parsing filter expression: ${name} cannot be searched.`);
  const wanted = quoted.replace(/\\(.)/g, "$1");
  return (user) => {
    const value = searchedValue(user, name);
    return value !== undefined && (operator === "=" ? value === wanted : value.startsWith(wanted));
  };
}

function searchedValue(user: User, name: string): string | undefined {
  switch (name) {
    case "username":
      return user.username;
    case "sub":
      return user.sub;
    case "cognito:user_status":
      return user.status;
    case "status":
      return user.enabled ? "Enabled" : "Disabled";
    default:
      return user.attributes.get(name);
  }
}
