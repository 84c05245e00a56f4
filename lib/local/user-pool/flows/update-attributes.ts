import { type Attributes, checkAttributes, checkMutable, mergeAttributes } from "../attributes.ts";
import { type Contact, type DeliveryDetails, deliverCode } from "../delivery.ts";
import { changeUser, claimAliases } from "../user-names.ts";
import type { Pool, User, World } from "../world.ts";

const contacts: readonly Contact[] = ["email", "phone_number"];

/**
 * Changes attributes of a user. A new e-mail address or phone number that the pool verifies by itself gets a code; with
 * AttributesRequireVerificationBeforeUpdate the old value stays until the code comes back.
 */
export function updateAttributes(
  world: World,
  pool: Pool,
  user: User,
  changes: Attributes,
): readonly DeliveryDetails[] {
  checkMutable(pool.schema, changes);
  checkAttributes(pool.schema, changes, { required: false });
  const moved = contacts.filter((name) => {
    const value = changes.get(name);
    const proven = changes.get(`${name}_verified`) === "true";
    return value !== undefined && value !== "" && value !== user.attributes.get(name) && !proven;
  });
  const waiting = moved.filter((name) => pool.settings.verifyBeforeUpdate.includes(name));
  const now = new Map([...changes].filter(([name]) => !waiting.some((each) => each === name)));
  const next = mergeAttributes(user.attributes, now);
  checkAttributes(pool.schema, next, { required: true });
  claimAliases(pool, user.username, next, false);
  changeUser(pool, user, world.settings.now(), (current) => ({ attributes: mergeAttributes(current.attributes, now) }));
  return moved
    .filter((name) => pool.settings.autoVerified.includes(name))
    .map((name) => {
      const to = changes.get(name) ?? "";
      const code = pool.codes.issue(user.sub, name, name, to);
      return deliverCode(world, pool, { to, contact: name, code, purpose: "attribute" });
    });
}

/** Marks a contact as proven, with the value that waited for it. @throws CognitoFault AliasExistsException */
export function proveContact(
  world: World,
  pool: Pool,
  user: User,
  proof: { readonly contact: Contact; readonly value: string; readonly force: boolean },
): User {
  const attributes = provenAttributes(user.attributes, proof.contact, proof.value);
  claimAliases(pool, user.username, attributes, proof.force);
  return changeUser(pool, user, world.settings.now(), (current) => ({
    attributes: provenAttributes(current.attributes, proof.contact, proof.value),
  }));
}

function provenAttributes(attributes: Attributes, contact: Contact, value: string): Attributes {
  return mergeAttributes(
    attributes,
    new Map([
      [contact, value],
      [`${contact}_verified`, "true"],
    ]),
  );
}
