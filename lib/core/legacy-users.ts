import { MigrationError } from "./errors.ts";
import { canonicalIdentifier, type IdentifierRules } from "./identifier.ts";
import type { LegacySource, Lookup } from "./ports.ts";
import type { LegacyUser } from "./user.ts";

/**
 * The ways in which one typed text is looked up in a source, in order. A user name may look like an e-mail address or a
 * phone number; the owner of that address or number comes before somebody who only calls himself so.
 */
export function lookupsFor(source: LegacySource, lookup: Lookup): readonly Lookup[] {
  const kinds: readonly Lookup["by"][] = lookup.by === "username" ? ["username"] : [lookup.by, "username"];
  return kinds.filter((by) => source.lookups.includes(by)).map((by) => ({ ...lookup, by }));
}

/**
 * The user whom the first source to know the identifier has.
 * @throws MigrationError RECORD_UNUSABLE when the row found does not carry it, and what the source throws: a source that
 * is down is a fault, never "unknown".
 */
export async function findLegacyUser(
  sources: readonly LegacySource[],
  lookup: Lookup,
  rules: IdentifierRules,
  signal: AbortSignal,
): Promise<LegacyUser | undefined> {
  for (const source of sources) {
    if (source.find === undefined) continue;
    for (const one of lookupsFor(source, lookup)) {
      const user = await source.find(one, signal);
      if (user === undefined) continue;
      assertCarries(user, one, rules);
      return user;
    }
  }
  return undefined;
}

/**
 * Refuses a row that does not carry the identifier it was found by: a `like`, a collation that folds accents or a
 * trimmed column would otherwise hand one person's account to another.
 */
export function assertCarries(user: LegacyUser, lookup: Lookup, rules: IdentifierRules): void {
  const value = {
    email: user.attributes.email,
    phone: user.attributes.phone_number,
    username: user.username,
    id: user.id,
  }[lookup.by];
  if (value !== undefined) {
    const carried = lookup.by === "id" ? value : canonicalIdentifier(value, rules)?.canonical;
    if (carried === lookup.canonical) return;
  }
  throw new MigrationError(
    "RECORD_UNUSABLE",
    `${user.source}: the row found by ${lookup.by} does not carry that ${lookup.by}`,
  );
}

/**
 * Every identifier that leads to the user, canonical, each once: user name, e-mail, phone. A user name that looks like
 * an address or a number but is not the user's own leads nowhere: its owner would be kept from his account by it.
 */
export function identifiersOf(user: LegacyUser, rules: IdentifierRules): readonly string[] {
  const { email, phone_number: phone } = user.attributes;
  const contacts = [email, phone].map((text) => (text === undefined ? undefined : canonicalIdentifier(text, rules)));
  const name = canonicalIdentifier(user.username, rules);
  const named = name?.by === "username" ? [name, ...contacts] : contacts;
  return [...new Set(named.flatMap((one) => (one === undefined ? [] : [one.canonical])))];
}
