import type { Lookup } from "./ports.ts";

/** The most characters that an identifier may have: Cognito's limit for a user name, longer than any e-mail address. */
export const maxIdentifierLength = 256;

export interface IdentifierRules {
  /** Whether `Ann` and `ann` are one user name. Cognito's own default for new pools is insensitive. */
  readonly usernameCase: "sensitive" | "insensitive";
}

// Control characters, line and paragraph separators: no store has a name with them, and some logs and stores
// read them as syntax.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
const forbidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;
const phone = /^\+[1-9][0-9]{4,14}$/;
const punctuation = /[ ().-]/g;

/** What kind of identifier a typed text is: an e-mail address has an `@`, a phone number is E.164 (ITU-T E.164), else a user name. */
export function identifierKind(text: string): "email" | "phone" | "username" {
  if (text.includes("@")) return "email";
  if (phone.test(text.replace(punctuation, ""))) return "phone";
  return "username";
}

/**
 * The one form in which identifiers are compared, in look-ups, ledger keys and counters alike: Unicode NFC, trimmed,
 * e-mail in lower case, phone in E.164, user name by the configured case. Sub-addresses (`a+b@`) stay distinct.
 * @returns undefined for what no user can be called: an empty or overlong text, control characters, a lone surrogate.
 */
export function canonicalIdentifier(typed: string, rules: IdentifierRules): Lookup | undefined {
  if (typed.length > maxIdentifierLength || !typed.isWellFormed() || forbidden.test(typed)) return undefined;
  const trimmed = typed.normalize("NFC").trim();
  if (trimmed === "") return undefined;
  const by = identifierKind(trimmed);
  switch (by) {
    case "email":
      return { by, canonical: fold(trimmed), typed };
    case "phone":
      return { by, canonical: trimmed.replace(punctuation, ""), typed };
    case "username":
      return { by, canonical: rules.usernameCase === "insensitive" ? fold(trimmed) : trimmed, typed };
  }
}

// The invariant locale on purpose: the Turkish dotless i must not depend on where the function runs. Only lower case,
// no full case folding: folding would make one name of "ı" and "i", and with it one user of two.
function fold(text: string): string {
  return text.toLowerCase().normalize("NFC");
}
