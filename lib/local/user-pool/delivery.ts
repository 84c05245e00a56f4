import type { Attributes } from "./attributes.ts";
import { isEmail, isPhone } from "./attributes.ts";
import type { CodePurpose } from "./options.ts";
import type { Pool, User, World } from "./world.ts";

export type Contact = "email" | "phone_number";

/** `CodeDeliveryDetails` of the API: where a code went, masked. */
export interface DeliveryDetails {
  readonly Destination: string;
  readonly DeliveryMedium: "EMAIL" | "SMS";
  readonly AttributeName: Contact;
}

/** Sends a code to one contact of a user, and says where it went. */
export function deliverCode(
  world: World,
  pool: Pool,
  message: { readonly to: string; readonly contact: Contact; readonly code: string; readonly purpose: CodePurpose },
): DeliveryDetails {
  const details = detailsOf(message.contact, message.to);
  world.settings.deliver({
    destination: message.to,
    medium: details.DeliveryMedium,
    code: message.code,
    purpose: message.purpose,
  });
  world.settings.onEvent({
    kind: "code-delivered",
    pool: pool.id,
    destination: details.Destination,
    purpose: message.purpose,
  });
  return details;
}

/** The contact that a sign-up code goes to: an e-mail address or phone number that the pool verifies by itself. */
export function contactToVerify(pool: Pool, attributes: Attributes): Contact | undefined {
  // Where a user has both, the code goes to the phone (developer guide, "Verifying contact information at sign-up").
  const order: readonly Contact[] = ["phone_number", "email"];
  return order.find((name) => pool.settings.autoVerified.includes(name) && attributes.has(name));
}

/** The verified contact that a reset code goes to, by the pool's recovery order. */
export function recoveryContact(pool: Pool, user: User): Contact | undefined {
  for (const mechanism of pool.settings.recovery) {
    const contact: Contact = mechanism === "verified_email" ? "email" : "phone_number";
    if (mechanism !== "admin_only" && user.attributes.get(`${contact}_verified`) === "true") return contact;
  }
  return undefined;
}

/** What a reset answers for a user who is not there: the form of a real one, by what was typed. No code exists. */
export function simulatedDelivery(pool: Pool, typed: string): DeliveryDetails {
  if (isEmail(typed)) return detailsOf("email", typed);
  if (isPhone(typed)) return detailsOf("phone_number", typed);
  const byPhone =
    pool.settings.recovery[0] === "verified_phone_number" && pool.settings.autoVerified.includes("phone_number");
  return byPhone
    ? detailsOf("phone_number", "+10000000000")
    : detailsOf("email", `${typed.slice(0, 1)}@${typed.slice(0, 1)}`);
}

function detailsOf(contact: Contact, value: string): DeliveryDetails {
  return {
    Destination: contact === "email" ? maskEmail(value) : `+*******${value.slice(-4)}`,
    DeliveryMedium: contact === "email" ? "EMAIL" : "SMS",
    AttributeName: contact,
  };
}

// As Cognito masks: a***@e***
function maskEmail(value: string): string {
  const at = value.lastIndexOf("@");
  return `${value.slice(0, 1)}***@${value.slice(at + 1, at + 2)}***`;
}
