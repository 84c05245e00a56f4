// What stands in the records of exports, read the same way whoever wrote them.

import { type AccountFields, isAccount } from "./account-fields.ts";

/** A member that is there: null and "" are not, nor is what every object inherits. */
export function memberOf(record: AccountFields, name: string): unknown {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return value === null || value === "" ? undefined : value;
}

export function optionalTextOf(record: AccountFields, name: string): string | undefined {
  const value = memberOf(record, name);
  return typeof value === "string" ? value : undefined;
}

/** An object within, as it is or, in a field of a CSV file, as its JSON text. */
export function objectOf(record: AccountFields, name: string): AccountFields {
  const value = parsed(memberOf(record, name));
  return isAccount(value) ? value : {};
}

/** The objects of a list within, as it is or as its JSON text. */
export function objectsIn(record: AccountFields, name: string): readonly AccountFields[] {
  const value = parsed(memberOf(record, name));
  return Array.isArray(value) ? value.filter(isAccount) : [];
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Whether something is so, by true and false or the texts of them that CSV files have; a member that is not there is
 * `usual`. Undefined for anything else, and then nobody may assume it.
 */
export function flagOf<Usual extends boolean | undefined>(
  record: AccountFields,
  name: string,
  usual: Usual,
): boolean | Usual | undefined {
  const value = memberOf(record, name);
  if (value === undefined) return usual;
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  if (text === "true" || text === "t") return true;
  return text === "false" || text === "f" ? false : undefined;
}

/** The opposite of a flag: `enabled` of `disabled`. */
export function not(flag: boolean | undefined): boolean | undefined {
  return flag === undefined ? undefined : !flag;
}

/** E.164 where the number is that but for its punctuation; else as it was written. */
export function phoneOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const bare = value.replace(/[ ().-]/g, "");
  return /^\+[1-9][0-9]{4,14}$/.test(bare) ? bare : value;
}

/** A contact and its flag: the flag alone means nothing. */
export function contact(name: "email" | "phone_number", value: unknown, isVerified: boolean | undefined) {
  if (value === undefined || value === null || value === "") return {};
  return { [name]: value, ...(isVerified === undefined ? {} : { [`${name}_verified`]: isVerified }) };
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 section 6, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32[(value >>> bits) & 31];
    }
  }
  return bits === 0 ? text : text + base32[(value << (5 - bits)) & 31];
}
