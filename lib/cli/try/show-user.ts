import type { Migration } from "../../config/define-migration.ts";
import type { Admitted } from "../../core/outcome.ts";
import type { LegacyUser } from "../../core/user.ts";
import { platformAttributes } from "../../protocols/cognito-attributes.ts";
import { aligned, bad, dim, good } from "../paint.ts";

/** What the legacy store has of a user, and what of it the pool would get. */
export function describeUser(migration: Migration, user: LegacyUser, admitted: Admitted | undefined): string {
  const stored = user.password === undefined ? [] : [user.password].flat();
  const formats = stored.map(
    (one) =>
      one.format ??
      migration.passwords.find((format) => format.recognizes(one))?.name ??
      bad("no format of `passwords` claims it"),
  );
  const lines = [
    `${good("✓")} Found by the source ${user.source}`,
    aligned([
      ["legacy id", user.id],
      ["enabled", user.enabled ? "yes" : bad("no: would be refused")],
      ["password", formats.length === 0 ? bad("none stored") : formats.join(", ")],
      [
        "user name in the pool",
        admitted?.platformUsername ??
          bad(`none: a pool with userNames "${migration.userNames}" cannot take the user by what was typed`),
      ],
    ]),
  ];
  return [...lines, ...(admitted === undefined ? [] : describeAttributes(user, platformAttributes(admitted)))].join(
    "\n",
  );
}

function describeAttributes(user: LegacyUser, attributes: Readonly<Record<string, string>>): readonly string[] {
  const left = Object.keys(user.attributes).filter(
    (name) => attributes[name] === undefined && attributes[`custom:${name}`] === undefined,
  );
  return [
    `  ${dim("attributes that the pool would get")}`,
    aligned(Object.entries(attributes), "    "),
    ...(left.length === 0 ? [] : [`  ${dim("left out, since the pool could only refuse them:")} ${left.join(", ")}`]),
  ];
}

/** What Samekey itself asks of a user whose password is forgotten before the first sign-in. */
export function describeRecovery(admitted: Admitted): string | undefined {
  const { email_verified, phone_number_verified } = platformAttributes(admitted);
  if (email_verified === "true" || phone_number_verified === "true") return undefined;
  return `  ${dim("note: no verified e-mail or phone, so a forgotten password cannot be reset before the first sign-in")}`;
}
