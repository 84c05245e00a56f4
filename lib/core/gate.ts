import type { Deadline } from "./deadline.ts";
import { type DriftWatch, fingerprintOf, noteDrift } from "./drift.ts";
import { MigrationError } from "./errors.ts";
import { canonicalIdentifier, type IdentifierRules } from "./identifier.ts";
import { type LegacyCache, type LegacyStatus, statusOf } from "./legacy-cache.ts";
import { denied, type Outcome } from "./outcome.ts";
import type { Ledger, LedgerKey, LedgerUser, LegacySource } from "./ports.ts";
import type { RequestOf } from "./request.ts";
import type { PlatformUser } from "./user.ts";

/** What the gate needs. */
export interface GateServices {
  readonly ledger: Ledger;
  readonly identifiers: IdentifierRules;
  /** The live check against the legacy store; absent when it is turned off. */
  readonly legacyCheck?: {
    readonly sources: readonly LegacySource[];
    readonly cache: LegacyCache;
    /** Absent when changes in the legacy store are not watched. */
    readonly drift?: DriftWatch | undefined;
  };
  readonly now: () => Date;
}

/**
 * Lets an authentication through or stops it; no password exists here. It stops users who are blocked or erased in the
 * ledger and, with the live check, those whom the legacy store has disabled. A user whom Samekey does not know passes
 * with one read.
 */
export async function passGate(
  request: RequestOf<"gate">,
  services: GateServices,
  deadline: Deadline,
): Promise<Outcome> {
  // The platform does not know the user: the migration trigger decides, with the password.
  if (!request.known) return { kind: "allowed" };
  const row = await services.ledger.find(gateKeys(request.user, services.identifiers), deadline.signal);
  if (row === undefined) return { kind: "allowed" };
  if (row.state === "blocked" || row.state === "erased") return denied(row.state);
  // The platform's password is about to be ended; until then it would let in who knows the old one.
  if (row.mustReset === true) return denied("must-change");
  if (services.legacyCheck === undefined) return { kind: "allowed" };
  return checkLegacy(row, services.legacyCheck, services, deadline);
}

/** In pools whose user name is an opaque id: by platform id, then legacy id, then a verified e-mail or phone. */
function gateKeys(user: PlatformUser, rules: IdentifierRules): readonly LedgerKey[] {
  const contacts = [user.emailVerified ? user.email : undefined, user.phoneVerified ? user.phone : undefined];
  return [
    ...ownKeys(user),
    ...contacts.flatMap((contact): readonly LedgerKey[] => {
      const lookup = contact === undefined ? undefined : canonicalIdentifier(contact, rules);
      // An erased user may have signed up anew, on purpose: only what Samekey wrote tells that it is not so.
      return lookup === undefined ? [] : [{ kind: "identifier", value: lookup.canonical, living: true }];
    }),
  ];
}

/** The keys that only the platform and Samekey itself can have written. */
export function ownKeys(user: PlatformUser): readonly LedgerKey[] {
  const keys: LedgerKey[] = [];
  if (user.id !== undefined) keys.push({ kind: "platform", value: user.id });
  if (user.federatedId !== undefined) keys.push({ kind: "platform", value: user.federatedId });
  if (user.legacyId !== undefined) keys.push({ kind: "legacy", value: user.legacyId });
  return keys;
}

async function checkLegacy(
  row: LedgerUser,
  { sources, cache, drift }: NonNullable<GateServices["legacyCheck"]>,
  { ledger, now }: GateServices,
  deadline: Deadline,
): Promise<Outcome> {
  const source = sources.find((one) => one.name === row.source);
  const find = source?.find;
  if (source === undefined || find === undefined || !source.lookups.includes("id")) return { kind: "allowed" };
  const by = { by: "id", canonical: row.legacyId, typed: row.legacyId } as const;
  const key = `${row.source}/${row.legacyId}`;
  const look = async (): Promise<LegacyStatus> => {
    const user = await find.call(source, by, deadline.signal);
    if (user === undefined || drift === undefined) return statusOf(user);
    return { ...statusOf(user), fingerprint: await fingerprintOf(user, drift, deadline.signal) };
  };
  let status = await cache.status(key, look);
  if (status?.fingerprint !== undefined && status.fingerprint !== row.fingerprint) {
    // What this environment has kept may be older than what another one has noted: only a fresh look tells of a drift.
    cache.forget(key);
    status = await cache.status(key, look);
  }
  if (status === undefined) {
    throw new MigrationError("SOURCE_UNAVAILABLE", `${row.source}: this minute's live checks of the gate are used up`);
  }
  // A row that is gone is no refusal: legacy stores are emptied once their users have moved.
  if (!status.known) return { kind: "allowed" };
  if (drift !== undefined && status.fingerprint !== undefined) {
    const noted = await noteDrift(row, status.fingerprint, { ledger, drift, now }, deadline);
    if (noted.mustReset === true) return denied("must-change");
  }
  return status.enabled ? { kind: "allowed" } : denied("disabled");
}
