import type { Deadline } from "./deadline.ts";
import type { IdentifierRules } from "./identifier.ts";
import { assertCarries, findLegacyUser, lookupsFor } from "./legacy-users.ts";
import type { DeniedReason } from "./outcome.ts";
import type { PasswordChecker } from "./passwords.ts";
import type { LegacySource, Lookup } from "./ports.ts";
import type { Secret } from "./secret.ts";
import type { LegacyUser } from "./user.ts";

/** What the check of a password needs. */
export interface CheckServices {
  readonly sources: readonly LegacySource[];
  readonly passwords: PasswordChecker;
  readonly identifiers: IdentifierRules;
}

/** What the legacy side says of a password. */
export type Checked =
  | { readonly kind: "match"; readonly user: LegacyUser }
  | { readonly kind: "denied"; readonly reason: DeniedReason }
  | { readonly kind: "unknown" };

/** Asks the sources in their order; the first to know the user decides. */
export async function checkPassword(
  lookup: Lookup,
  password: Secret,
  services: CheckServices,
  deadline: Deadline,
): Promise<Checked> {
  for (const source of services.sources) {
    if (source.authenticate !== undefined) {
      const checked = await authenticateAt(source, lookup, password, services.identifiers, deadline.signal);
      if (checked.kind !== "unknown") return checked;
      continue;
    }
    const user = await findLegacyUser([source], lookup, services.identifiers, deadline.signal);
    if (user === undefined) continue;
    return checkUser(user, password, services, deadline);
  }
  return { kind: "unknown" };
}

/** Checks the password against what is stored for a user. */
export async function checkUser(
  user: LegacyUser,
  password: Secret,
  { passwords }: CheckServices,
  deadline: Deadline,
): Promise<Checked> {
  // The password is checked for a disabled user too: only who knows it learns that there is more to know, in the log.
  const verdict = await passwords.check(password, user, deadline);
  if (verdict !== "match") return { kind: "denied", reason: "wrong-password" };
  return user.enabled ? { kind: "match", user } : { kind: "denied", reason: "disabled" };
}

async function authenticateAt(
  source: LegacySource,
  lookup: Lookup,
  password: Secret,
  rules: IdentifierRules,
  signal: AbortSignal,
): Promise<Checked> {
  for (const one of lookupsFor(source, lookup)) {
    const answer = await source.authenticate?.(one, password, signal);
    if (answer === undefined) continue;
    if (answer.kind === "match") {
      assertCarries(answer.user, one, rules);
      return answer.user.enabled ? answer : { kind: "denied", reason: "disabled" };
    }
    if (answer.reason !== "unknown-user") return answer;
  }
  return { kind: "unknown" };
}
