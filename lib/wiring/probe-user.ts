import { randomBytes, randomInt } from "node:crypto";
import type { UserPoolType } from "@aws-sdk/client-cognito-identity-provider";

/** A user who is made to be deleted again. */
export interface ProbeUser {
  readonly username: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * A user whom this pool takes: named as it names users, with every attribute that it requires. Nobody is written to:
 * the address is in the domain that never exists (RFC 2606), the number in a country code that is not assigned (+999).
 */
export function aProbeUser(pool: UserPoolType): ProbeUser {
  const id = randomBytes(8).toString("hex");
  const email = `samekey-probe-${id}@samekey.invalid`;
  const phone = `+999${String(randomInt(1e10)).padStart(10, "0")}`;
  const names = pool.UsernameAttributes ?? [];
  const verified = pool.AutoVerifiedAttributes ?? [];
  const required = (pool.SchemaAttributes ?? []).flatMap(({ Name, Required }) =>
    Required === true ? [Name ?? ""] : [],
  );
  const byEmail = names.includes("email");
  const byPhone = !byEmail && names.includes("phone_number");
  const attributes = new Map(required.filter((name) => name !== "sub").map((name) => [name, requiredValue(name)]));
  if (byEmail || verified.includes("email") || attributes.has("email")) {
    attributes.set("email", email).set("email_verified", "true");
  }
  if (byPhone || verified.includes("phone_number") || attributes.has("phone_number")) {
    attributes.set("phone_number", phone).set("phone_number_verified", "true");
  }
  return {
    username: byEmail ? email : byPhone ? phone : `samekey-probe-${id}`,
    // One of each kind of character, for pools that hold passwords against their policy at a sign-in too.
    password: `Aa1!${randomBytes(18).toString("base64url")}`,
    attributes: Object.fromEntries(attributes),
  };
}

function requiredValue(name: string): string {
  switch (name) {
    case "birthdate":
      return "1970-01-01";
    case "updated_at":
      return "0";
    case "preferred_username":
      return `samekey-probe-${randomBytes(8).toString("hex")}`;
    default:
      return "samekey-probe";
  }
}
