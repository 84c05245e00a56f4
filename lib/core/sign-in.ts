import { type Checked, checkPassword, checkUser } from "./check-password.ts";
import type { Deadline } from "./deadline.ts";
import { type DriftWatch, fingerprintOf } from "./drift.ts";
import { isRecordFault, MigrationError } from "./errors.ts";
import { canonicalIdentifier, type IdentifierRules } from "./identifier.ts";
import { findLegacyUser, identifiersOf } from "./legacy-users.ts";
import { type Admitted, type Decision, type DeniedReason, denied } from "./outcome.ts";
import type { PasswordChecker } from "./passwords.ts";
import { platformUsernameFor, type UserNames } from "./platform-name.ts";
import type { Ledger, LedgerUser, LegacySource, Lookup } from "./ports.ts";
import type { RequestOf } from "./request.ts";
import { maxPasswordBytes, type Secret } from "./secret.ts";
import type { Attempt, CountedAttempt, Throttle } from "./throttle.ts";
import { type Candidate, onForgottenPassword, onRightPassword, refusalOf, type Transition } from "./transitions.ts";
import type { LegacyUser } from "./user.ts";
import { readVaulted, type Vaulted } from "./vault.ts";
import type { Vault } from "./vault-ports.ts";

/** What a sign-in needs. */
export interface SignInServices {
  readonly sources: readonly LegacySource[];
  readonly passwords: PasswordChecker;
  readonly ledger: Ledger;
  /** Where imported users wait for their first sign-in; absent where the config has none. */
  readonly vault?: Vault | undefined;
  readonly userNames: UserNames;
  readonly identifiers: IdentifierRules;
  readonly forgotPassword: "migrate" | "refuse";
  /** Whether a right password is too weak to be taken over; the user must then choose a new one at once. */
  readonly weak: (password: Secret) => boolean;
  /** Absent when changes in the legacy store are not watched. */
  readonly drift?: DriftWatch | undefined;
  /** Absent when attempts are not counted: in a shadow run, whose answers tell nothing, or where it is turned off. */
  readonly throttle?: Throttle | undefined;
  readonly now: () => Date;
}

// How often a sign-in may find that another one was faster before it gives up.
const maxRaces = 4;

/** A user whom the platform does not know signs in with a password. Faults of a system are thrown; all else is an outcome. */
export async function signIn(
  request: RequestOf<"sign-in">,
  services: SignInServices,
  deadline: Deadline,
): Promise<Decision> {
  const { password } = request;
  const refuse = async (reason: DeniedReason, error?: unknown): Promise<Decision> => {
    // The same work for every refusal that came without a check of its own.
    await services.passwords.decoy(password, deadline);
    return denied(reason, error instanceof MigrationError ? error.code : undefined);
  };

  if (password.byteLength === 0 || password.byteLength > maxPasswordBytes) return refuse("wrong-password");
  const lookup = canonicalIdentifier(request.identifier, services.identifiers);
  if (lookup === undefined) return refuse("unknown-user");

  const asked = { kind: "sign-in", identifier: lookup.canonical, password, client: request.client.clientId } as const;
  const [row, attempt] = await Promise.all([
    services.ledger.find([{ kind: "identifier", value: lookup.canonical }], deadline.signal),
    begin(asked, services, deadline),
  ]);
  if (attempt === undefined) return refuse("throttled");
  const refused = refusalAt(row, "sign-in", services);
  if (refused !== undefined) return refuse(refused);
  try {
    return await signInAs(row, lookup, attempt);
  } catch (error) {
    await attempt.undone();
    throw error;
  }

  async function signInAs(row: LedgerUser | undefined, lookup: Lookup, attempt: CountedAttempt): Promise<Decision> {
    let checked: Checked;
    try {
      const vaulted = await vaultedAt(row, lookup, "sign-in", services, deadline);
      if (vaulted.kind === "denied") return refuse(vaulted.reason);
      checked = await (vaulted.kind === "user"
        ? checkUser(vaulted.user, password, services, deadline)
        : checkPassword(lookup, password, services, deadline));
    } catch (error) {
      if (!isRecordFault(error)) throw error;
      await attempt.failed(deadline.signal);
      return refuse("unusable-record", error);
    }
    if (checked.kind !== "match") {
      await attempt.failed(deadline.signal);
      return checked.kind === "unknown" ? refuse("unknown-user") : denied(checked.reason);
    }

    const admission = await admit(checked.user, lookup, row, services, deadline);
    if (admission === undefined) return denied("conflict");
    const [outcome] = await Promise.all([
      record(row, admission, onRightPassword, services, deadline),
      attempt.succeeded(deadline.signal),
    ]);
    if (outcome === "imported-anew") return signIn(request, services, deadline);
    const weak = row?.mustChange === true || services.weak(password);
    return outcome ?? { kind: "verified", ...admission.admitted, weak };
  }
}

/** Counts an attempt where attempts are counted. @returns undefined when it is throttled. */
function begin(
  attempt: Attempt,
  { throttle }: SignInServices,
  { signal }: Deadline,
): Promise<CountedAttempt | undefined> | CountedAttempt {
  return throttle === undefined ? uncounted : throttle.count(attempt, signal);
}

const nothing = () => Promise.resolve();
const uncounted: CountedAttempt = { failed: nothing, succeeded: nothing, undone: nothing };

/** Why nobody is asked about the user: the row says so, or too many strangers are tried at this moment. */
function refusalAt(
  row: LedgerUser | undefined,
  asks: "sign-in" | "look-up",
  { throttle }: SignInServices,
): DeniedReason | undefined {
  return row === undefined && throttle?.isOpen() === true ? "throttled" : refusalOf(row, asks);
}

/** A forgotten password of a user whom the platform does not know: the user is taken over to choose a new one. */
export async function lookUp(
  request: RequestOf<"look-up">,
  services: SignInServices,
  deadline: Deadline,
): Promise<Decision> {
  if (services.forgotPassword === "refuse") return denied("unknown-user");
  const lookup = canonicalIdentifier(request.identifier, services.identifiers);
  if (lookup === undefined) return denied("unknown-user");

  const asked = { kind: "look-up", identifier: lookup.canonical, client: request.client.clientId } as const;
  const [row, attempt] = await Promise.all([
    services.ledger.find([{ kind: "identifier", value: lookup.canonical }], deadline.signal),
    begin(asked, services, deadline),
  ]);
  if (attempt === undefined) return denied("throttled");
  const refused = refusalAt(row, "look-up", services);
  if (refused !== undefined) return denied(refused);
  try {
    return await lookUpAs(row, lookup, attempt);
  } catch (error) {
    await attempt.undone();
    throw error;
  }

  async function lookUpAs(row: LedgerUser | undefined, lookup: Lookup, attempt: CountedAttempt): Promise<Decision> {
    let user: LegacyUser | undefined;
    try {
      const vaulted = await vaultedAt(row, lookup, "look-up", services, deadline);
      if (vaulted.kind === "denied") return vaulted;
      user =
        vaulted.kind === "user"
          ? vaulted.user
          : await findLegacyUser(services.sources, lookup, services.identifiers, deadline.signal);
    } catch (error) {
      if (!isRecordFault(error)) throw error;
      await attempt.failed(deadline.signal);
      return denied("unusable-record", error.code);
    }
    const reason = refusalOfReset(user);
    if (user === undefined || reason !== undefined) {
      await attempt.failed(deadline.signal);
      return denied(reason ?? "unknown-user");
    }

    const admission = await admit(user, lookup, row, services, deadline);
    if (admission === undefined) return denied("conflict");
    const outcome = await record(row, admission, onForgottenPassword, services, deadline);
    if (outcome === "imported-anew") return lookUp(request, services, deadline);
    return outcome ?? { kind: "found", ...admission.admitted };
  }
}

function refusalOfReset(user: LegacyUser | undefined): DeniedReason | undefined {
  if (user === undefined) return "unknown-user";
  if (!user.enabled) return "disabled";
  // The code goes to a contact that the legacy store has verified, or it goes to whoever typed that contact in there.
  const { email_verified, phone_number_verified } = user.attributes;
  return email_verified === "true" || phone_number_verified === "true" ? undefined : "no-verified-contact";
}

async function vaultedAt(
  row: LedgerUser | undefined,
  lookup: Lookup,
  asks: "sign-in" | "look-up",
  services: SignInServices,
  deadline: Deadline,
): Promise<Vaulted> {
  return row?.vaulted === true ? readVaulted(row, lookup, asks, services, deadline.signal) : { kind: "elsewhere" };
}

interface Admission {
  readonly admitted: Admitted;
  readonly candidate: Candidate;
}

async function admit(
  user: LegacyUser,
  lookup: Lookup,
  row: LedgerUser | undefined,
  services: SignInServices,
  deadline: Deadline,
): Promise<Admission | undefined> {
  const vaulted = row?.vaulted === true;
  const named = admittedAs(user, lookup, services);
  if (named === undefined) return undefined;
  // The import said by which id the platform shall know the user; the sources may be others by now.
  const admitted = vaulted ? { ...named, legacyKey: row.legacyKey } : named;
  // An import may have mapped the user otherwise than the source does: what is found there first is what is watched.
  const drift = vaulted ? undefined : services.drift;
  const candidate = {
    source: user.source,
    legacyId: user.id,
    legacyKey: admitted.legacyKey,
    platformUsername: admitted.platformUsername,
    identifiers: identifiersOf(user, services.identifiers),
    ...(drift === undefined ? {} : { fingerprint: await fingerprintOf(user, drift, deadline.signal) }),
  };
  return { admitted, candidate };
}

/** The user as the platform shall know him, or undefined when it cannot take him by what was typed. */
export function admittedAs(
  user: LegacyUser,
  lookup: Lookup,
  { sources, userNames, identifiers }: Pick<SignInServices, "sources" | "userNames" | "identifiers">,
): Admitted | undefined {
  const platformUsername = platformUsernameFor(user, lookup, userNames, identifiers);
  if (platformUsername === undefined) return undefined;
  const byAlias = userNames === "alias" && !carriesName(platformUsername, lookup, identifiers);
  return { user, platformUsername, legacyKey: legacyKeyFor(user, sources), byAlias };
}

function carriesName(name: string, lookup: Lookup, rules: IdentifierRules): boolean {
  return canonicalIdentifier(name, rules)?.canonical === lookup.canonical;
}

/**
 * What the platform keeps as the legacy id: the plain id of the first source's users, so that an application finds its
 * old rows by it, and `source/id` for those of any later source, since two sources may count from 1.
 */
export function legacyKeyFor(user: Pick<LegacyUser, "id" | "source">, sources: readonly LegacySource[]): string {
  return user.source === sources[0]?.name ? user.id : `${user.source}/${user.id}`;
}

/** Writes the change; decides afresh on what stands there when another event was faster. */
async function record(
  row: LedgerUser | undefined,
  admission: Admission,
  decide: (row: LedgerUser | undefined, candidate: Candidate, now: Date) => Transition,
  services: SignInServices,
  deadline: Deadline,
): Promise<Decision | "imported-anew" | undefined> {
  let before = row;
  for (let race = 0; race < maxRaces; race++) {
    const transition = decide(before, admission.candidate, services.now());
    if (transition.kind === "denied") return denied(transition.reason);
    if (transition.kind === "stay") return undefined;
    const { after, event } = transition;
    const answer = await services.ledger.change({ before, after, event }, deadline.signal);
    if (answer.kind === "done") return undefined;
    if (answer.kind === "conflict" || answer.kind === "erased") return denied(answer.kind);
    // What was checked is no longer what the vault has.
    if (before?.vaulted === true && answer.current?.state === "imported") return "imported-anew";
    before = answer.current;
  }
  throw new MigrationError("LEDGER_UNAVAILABLE", `the row changed ${maxRaces} times while one sign-in was written`);
}
