import type { Deadline } from "./deadline.ts";
import { isRecordFault, MigrationError } from "./errors.ts";
import { canonicalIdentifier, type IdentifierRules } from "./identifier.ts";
import { type LegacyCache, statusOf } from "./legacy-cache.ts";
import { findLegacyUser, identifiersOf } from "./legacy-users.ts";
import { denied, type Outcome } from "./outcome.ts";
import type { Ledger, LegacySource, Lookup } from "./ports.ts";
import type { RequestOf } from "./request.ts";
import { legacyKeyFor } from "./sign-in.ts";
import type { Throttle } from "./throttle.ts";
import { onLink } from "./transitions.ts";
import type { Identifiers } from "./user.ts";

/** What is done with a person who comes by an identity provider and has the verified e-mail of a legacy user. */
export const federatedPolicies = ["refuse", "allow", "link"] as const;
export type FederatedPolicy = (typeof federatedPolicies)[number];

/** What the sign-up guard needs. */
export interface SignUpServices {
  readonly sources: readonly LegacySource[];
  readonly ledger: Ledger;
  readonly cache: LegacyCache;
  readonly identifiers: IdentifierRules;
  readonly federated: FederatedPolicy;
  /** Absent when attempts are not counted. */
  readonly throttle?: Throttle | undefined;
  readonly now: () => Date;
}

/**
 * Refuses a sign-up with an identifier that still belongs to a legacy user, since whoever signs up with it would hold
 * that user's account, and one that carries a legacy id of its own.
 */
export async function guardSignUp(
  request: RequestOf<"sign-up">,
  services: SignUpServices,
  deadline: Deadline,
): Promise<Outcome> {
  // The platform creates users by itself and for administrators, among them those of the migration.
  if (request.by === "admin") return { kind: "allowed" };
  if (request.identifiers.legacyId !== undefined) return denied("taken");
  try {
    return await (request.by === "federation" ? guardFederated : guardPerson)(request, services, deadline);
  } catch (error) {
    // Two rows for an identifier, or one that cannot be read: somebody's it is.
    if (isRecordFault(error)) return denied("taken", error.code);
    throw error;
  }
}

async function guardPerson(
  { identifiers }: RequestOf<"sign-up">,
  services: SignUpServices,
  deadline: Deadline,
): Promise<Outcome> {
  const texts = [...identifiers.usernames, identifiers.email, identifiers.phone].filter((text) => text !== undefined);
  const lookups = texts.map((text) => canonicalIdentifier(text, services.identifiers));
  const asked = new Set<string>();
  for (const lookup of lookups) {
    if (lookup === undefined) return denied("malformed");
    if (asked.has(lookup.canonical)) continue;
    asked.add(lookup.canonical);
    const attempt = { kind: "sign-up", identifier: lookup.canonical } as const;
    if (services.throttle !== undefined && (await services.throttle.count(attempt, deadline.signal)) === undefined) {
      return denied("throttled");
    }
    if (await belongsToLegacyUser(lookup, services, deadline)) return denied("taken");
  }
  return { kind: "allowed" };
}

async function belongsToLegacyUser(lookup: Lookup, services: SignUpServices, deadline: Deadline): Promise<boolean> {
  const row = await services.ledger.find([{ kind: "identifier", value: lookup.canonical }], deadline.signal);
  // Migrated: the platform has the user, and decides by its own rules of uniqueness. Erased: nobody has the name any more,
  // and whoever was erased may come again on purpose.
  if (row !== undefined) return row.state !== "migrated" && row.state !== "erased";
  const status = await services.cache.status(lookup.canonical, async () =>
    statusOf(await findLegacyUser(services.sources, lookup, services.identifiers, deadline.signal)),
  );
  if (status === undefined) {
    throw new MigrationError("SOURCE_UNAVAILABLE", "this minute's legacy look-ups for sign-ups are used up");
  }
  return status.known;
}

async function guardFederated(
  request: RequestOf<"sign-up">,
  services: SignUpServices,
  deadline: Deadline,
): Promise<Outcome> {
  if (services.federated === "allow") return { kind: "allowed" };
  const lookup = verifiedEmail(request.identifiers, services.identifiers);
  if (lookup === undefined) return { kind: "allowed" };
  if (services.federated === "link" && request.platformId !== undefined) {
    return link(lookup, request.platformId, services, deadline);
  }
  return (await belongsToLegacyUser(lookup, services, deadline)) ? denied("taken") : { kind: "allowed" };
}

/** Gives the legacy user's row to the federated user; both sides must have verified the e-mail. */
async function link(
  lookup: Lookup,
  platformId: string,
  services: SignUpServices,
  deadline: Deadline,
): Promise<Outcome> {
  const row = await services.ledger.find([{ kind: "identifier", value: lookup.canonical }], deadline.signal);
  if (row?.state === "migrated" || row?.state === "erased") return { kind: "allowed" };
  const user = await findLegacyUser(services.sources, lookup, services.identifiers, deadline.signal);
  if (user === undefined) return row === undefined ? { kind: "allowed" } : denied("taken");
  if (!user.enabled) return denied("disabled");
  if (user.attributes.email_verified !== "true") return denied("taken");
  const candidate = {
    source: user.source,
    legacyId: user.id,
    legacyKey: legacyKeyFor(user, services.sources),
    platformUsername: platformId.slice(platformId.indexOf("#") + 1),
    identifiers: identifiersOf(user, services.identifiers),
  };
  const transition = onLink(row, candidate, platformId, services.now());
  if (transition.kind === "denied") return denied(transition.reason);
  if (transition.kind === "stay") return { kind: "allowed" };
  const { after, event } = transition;
  const answer = await services.ledger.change({ before: row, after, event }, deadline.signal);
  if (answer.kind === "done") return { kind: "allowed" };
  return denied(answer.kind === "erased" ? "erased" : "conflict");
}

function verifiedEmail(identifiers: Identifiers, rules: IdentifierRules): Lookup | undefined {
  if (!identifiers.emailVerified || identifiers.email === undefined) return undefined;
  return canonicalIdentifier(identifiers.email, rules);
}
