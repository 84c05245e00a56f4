import type { LegacyUser } from "../core/user.ts";

/** Whether a user's name, e-mail or phone has the text in it. Letters in either case, and nothing else, are the same. */
export function containsText({ username, attributes }: LegacyUser, text: string): boolean {
  const wanted = text.normalize("NFC").toLowerCase();
  const { email, phone_number: phone } = attributes;
  return [username, email, phone].some((one) => one?.normalize("NFC").toLowerCase().includes(wanted) === true);
}
