import { CognitoFault, invalidParameter, notAuthorized } from "./fault.ts";
import { maxAttributeValueLength } from "./input.ts";
import type { Schema, SchemaAttribute } from "./schema.ts";
import { verifiedFlags } from "./schema.ts";

/** A user's attributes, all values texts: `email_verified` is "true" or "false". */
export type Attributes = ReadonlyMap<string, string>;

const email = /^[^\s@]+@[^\s@]+$/;
const phone = /^\+[0-9]{1,30}$/;

export function isEmail(value: string): boolean {
  return email.test(value);
}

export function isPhone(value: string): boolean {
  return phone.test(value);
}

/**
 * Checks values against the schema.
 * @throws CognitoFault InvalidParameterException "Attributes did not conform to the schema: …" naming every fault.
 */
export function checkAttributes(schema: Schema, attributes: Attributes, rules: { readonly required: boolean }): void {
  const faults = [...attributes].flatMap(([name, value]) => faultOf(schema.get(name), name, value) ?? []);
  if (rules.required) {
    for (const attribute of schema.values()) {
      const missing = attribute.required && attribute.name !== "sub" && (attributes.get(attribute.name) ?? "") === "";
      if (missing) faults.push(`${attribute.name}: The attribute is required`);
    }
  }
  if (faults.length > 0) {
    throw invalidParameter(`Attributes did not conform to the schema: ${faults.join("\n")}\n`);
  }
  const mail = attributes.get("email");
  if (mail !== undefined && mail !== "" && !isEmail(mail)) throw invalidParameter("Invalid email address format.");
  const number = attributes.get("phone_number");
  if (number !== undefined && number !== "" && !isPhone(number)) throw invalidParameter("Invalid phone number format.");
}

function faultOf(attribute: SchemaAttribute | undefined, name: string, value: string): string | undefined {
  if (attribute === undefined) return `${name}: Attribute does not exist in the schema.`;
  // An empty text removes the attribute.
  if (value === "") return undefined;
  switch (attribute.type) {
    case "String": {
      const max = Math.min(attribute.max ?? maxAttributeValueLength, maxAttributeValueLength);
      if (value.length > max) return `${name}: String must be no longer than ${max} characters`;
      if (value.length < (attribute.min ?? 0)) return `${name}: String must be at least ${attribute.min} characters`;
      return undefined;
    }
    case "Number": {
      const number = /^-?[0-9]+$/.test(value) ? Number(value) : Number.NaN;
      if (Number.isNaN(number)) return `${name}: Not a valid integer number`;
      if (number < (attribute.min ?? number)) return `${name}: Number must be at least ${attribute.min}`;
      if (number > (attribute.max ?? number)) return `${name}: Number must be no more than ${attribute.max}`;
      return undefined;
    }
    case "Boolean":
      return value === "true" || value === "false" ? undefined : `${name}: Not a valid boolean`;
    case "DateTime":
      return Number.isNaN(Date.parse(value)) ? `${name}: Not a valid date` : undefined;
  }
}

/** Refuses a change of an attribute that only gets its value once. */
export function checkMutable(schema: Schema, attributes: Attributes): void {
  for (const name of attributes.keys()) {
    if (schema.get(name)?.mutable === false) throw invalidParameter(`user.${name}: Attribute cannot be updated.\n`);
  }
}

/**
 * Refuses what the app client may not write. Without a list of its own a client may write every standard and custom
 * attribute, but never the verified flags, `sub`, `identities` or developer attributes.
 */
export function checkWritable(writable: readonly string[] | undefined, attributes: Attributes): void {
  for (const name of attributes.keys()) {
    const reserved = [...verifiedFlags.values()].includes(name) || ["sub", "identities"].includes(name);
    if (reserved || name.startsWith("dev:") || (writable !== undefined && !writable.includes(name))) {
      throw notAuthorized("A client attempted to write unauthorized attribute");
    }
  }
}

/** What the app client may read; without a list of its own everything but developer attributes. */
export function readable(list: readonly string[] | undefined, attributes: Attributes): Attributes {
  return new Map(
    [...attributes].filter(([name]) =>
      name === "sub" ? true : list === undefined ? !name.startsWith("dev:") : list.includes(name),
    ),
  );
}

/** Puts new values over old ones: an empty text removes, and a new e-mail address or phone number is unverified. */
export function mergeAttributes(old: Attributes, changes: Attributes): Attributes {
  const next = new Map(old);
  for (const [name, value] of changes) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  for (const [contact, flag] of verifiedFlags) {
    if (!next.has(contact)) next.delete(flag);
    else if (!changes.has(flag) && (!next.has(flag) || old.get(contact) !== next.get(contact))) next.set(flag, "false");
  }
  return next;
}

export function aliasExists(attribute: string): CognitoFault {
  return new CognitoFault("AliasExistsException", `An account with the given ${attribute} already exists.`);
}

export function renderAttributes(attributes: Attributes): readonly { readonly Name: string; readonly Value: string }[] {
  return [...attributes].map(([Name, Value]) => ({ Name, Value }));
}
