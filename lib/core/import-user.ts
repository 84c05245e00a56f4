import { changeRow, type Sealing } from "./change-row.ts";
import { MigrationError } from "./errors.ts";
import { canonicalIdentifier, type IdentifierRules } from "./identifier.ts";
import { type ComesAlong, identitiesFor } from "./import-options.ts";
import type { FirstPassword, ImportTarget } from "./import-ports.ts";
import { overflowOf } from "./import-room.ts";
import { isSame } from "./import-sameness.ts";
import { chooseVaultWay, chooseWay, type ImportWay, type WayPlatform, type WaySetting } from "./import-way.ts";
import type { ImportedUser } from "./imported-user.ts";
import { identifiersOf } from "./legacy-users.ts";
import type { Admitted } from "./outcome.ts";
import { platformUsernameFor, type UserNames } from "./platform-name.ts";
import type { Ledger, LedgerUser, LegacySource } from "./ports.ts";
import { legacyKeyFor } from "./sign-in.ts";
import { type Candidate, onImport, onNotPlaced, onPlaced, onPlacing } from "./transitions.ts";
import { type LegacyUser, userId } from "./user.ts";
import type { TotpVault, Vault, VaultWriter } from "./vault-ports.ts";

/** What an import needs to know of the config, and where it writes. */
export interface ImportServices extends WaySetting {
  readonly ledger: Ledger;
  readonly vault: VaultWriter;
  readonly vaulted: Vault;
  readonly totps: TotpVault;
  readonly identifiers: IdentifierRules;
  readonly sources: readonly LegacySource[];
  readonly userNames: UserNames;
  readonly along: ComesAlong;
  /** Absent where every user waits in the vault. */
  readonly platform?: ImportPlatform | undefined;
  readonly now: () => Date;
}

export interface ImportPlatform extends WayPlatform {
  readonly target: ImportTarget;
}

/** What is known of a user before he is looked at, read for many at once. */
export interface Known {
  readonly row: LedgerUser | undefined;
  /** The `userId` of whoever has one of his identifiers. Absent: the write itself will tell. */
  readonly owners?: ReadonlyMap<string, string>;
  /** Whether a tombstone stands for the user or an identifier. Absent: as above. */
  readonly erased?: boolean;
}

/** What becomes of one user. `kept` has signed in, or is further: no row of a file ever overwrites such a user. */
export type ImportVerdict =
  | {
      readonly kind: "create" | "update" | "same";
      readonly way: ImportWay;
      /** What the platform will not take of the user. */
      readonly doubts: readonly string[];
    }
  | { readonly kind: "kept"; readonly state: LedgerUser["state"] }
  | { readonly kind: "refused"; readonly reason: string };

/** As `ImportVerdict`, when it was done. `pending` waits for a job of the platform's own import. */
export type ImportAnswer =
  | ImportVerdict
  | {
      readonly kind: "pending";
      readonly was: "create" | "update";
      readonly way: Extract<ImportWay, { readonly kind: "job" }>;
      readonly admitted: Admitted;
      readonly row: LedgerUser;
      /** A run before this one may have given him to a job: only a look-up tells. */
      readonly resumed: boolean;
    };

const refusals = {
  conflict: { kind: "refused", reason: "an identifier is another user's in the ledger" },
  erased: {
    kind: "refused",
    reason: "the user, or one of his identifiers, was erased; only `samekey erase --lift` lets him in",
  },
} as const;

/** What would become of a user. Nothing is written. Faults of the ledger and the vault are thrown. */
export async function planImport(
  given: ImportedUser,
  services: ImportServices,
  known: Known,
  signal: AbortSignal,
): Promise<ImportVerdict> {
  const plan = await planFor(given, services, known, signal);
  if (plan.kind !== "write") return plan;
  return { kind: plan.verdict, way: plan.way, doubts: plan.doubts };
}

/** Puts a user where the plan says. May be done again, by a repeated run or another one at the same time. */
export async function importUser(
  given: ImportedUser,
  services: ImportServices,
  known: Known,
  signal: AbortSignal,
): Promise<ImportAnswer> {
  const plan = await planFor(given, services, known, signal);
  if (plan.kind !== "write") return plan;
  if (plan.verdict === "same") return { kind: "same", way: plan.way, doubts: plan.doubts };
  const { way } = plan;
  if (way.kind === "placed" || way.kind === "job") return placeUser(plan, way, services, signal);
  const changed = await changeRow(
    known.row,
    (row) => onImport(row, plan.candidate, services.now()),
    sealingOf(plan, way, services, signal),
    services.ledger,
    signal,
  );
  if (changed.kind === "conflict" || changed.kind === "erased") return refusals[changed.kind];
  // Somebody was faster: a sign-in, an operator, another import.
  if (changed.kind === "stayed") return { kind: "kept", state: changed.row.state };
  return { kind: plan.verdict, way, doubts: plan.doubts };
}

/** Ends a user's stay in a job: on the platform, or back in the vault. */
export async function settleJob(
  row: LedgerUser,
  platformId: string | undefined,
  done: boolean,
  services: Pick<ImportServices, "ledger" | "platform" | "now">,
  signal: AbortSignal,
): Promise<"placed" | "vaulted" | "kept"> {
  if (!done) {
    // The vault's item is there: it came when the placing began.
    const back = await changeRow(row, (one) => onNotPlaced(one ?? row, services.now()), {}, services.ledger, signal);
    return back.kind === "done" ? "vaulted" : "kept";
  }
  await services.platform?.target.join({ ...row, ...(platformId === undefined ? {} : { platformId }) }, signal);
  const placed = await changeRow(
    row,
    (one) => onPlaced(one ?? row, platformId, services.now()),
    {},
    services.ledger,
    signal,
  );
  return placed.kind === "done" || (placed.kind === "stayed" && placed.row.state === "migrated") ? "placed" : "kept";
}

interface WritePlan {
  readonly kind: "write";
  readonly verdict: "create" | "update" | "same";
  readonly way: ImportWay;
  readonly doubts: readonly string[];
  readonly user: ImportedUser;
  readonly admitted: Admitted;
  readonly candidate: Candidate;
  readonly row: LedgerUser | undefined;
}

async function planFor(
  given: ImportedUser,
  services: ImportServices,
  { row, owners, erased }: Known,
  signal: AbortSignal,
): Promise<WritePlan | Exclude<ImportVerdict, { readonly way: ImportWay }>> {
  const user = withTimes(given, services.along);
  const overflow = overflowOf(user, services.along);
  if (overflow !== undefined) return { kind: "refused", reason: overflow };
  const way = chooseWay(user, services);
  if (way.kind === "refused") return way;
  const platformUsername = nameOf(user, services);
  if (platformUsername === undefined) return { kind: "refused", reason: missing[services.userNames] };
  const admitted = { user, platformUsername, legacyKey: legacyKeyFor(user, services.sources), byAlias: false };
  const { stops = [], doubts = [] } = services.platform?.rules.objections(admitted) ?? {};
  if (stops.length > 0) return { kind: "refused", reason: `the pool would refuse the user: ${stops.join("; ")}` };
  const candidate = candidateOf(admitted, way, services);
  const me = userId({ source: user.source, legacyId: user.id });
  if (owners !== undefined && candidate.identifiers.some((one) => (owners.get(one) ?? me) !== me))
    return refusals.conflict;
  if (erased === true) return refusals.erased;
  const plan = { kind: "write", way, doubts, user, admitted, candidate, row } as const;
  if (row === undefined) return { ...plan, verdict: "create" };
  const platformWay = way.kind === "placed" || way.kind === "job";
  // A run that was ended left the user between both places: this one goes on with it.
  if (row.state === "placing" && platformWay) return { ...plan, verdict: "create" };
  if (row.state !== "imported" || services.options.existing === "keep") return { kind: "kept", state: row.state };
  if (platformWay) return { ...plan, verdict: "update" };
  return { ...plan, verdict: (await isSame(user, candidate, row, services, signal)) ? "same" : "update" };
}

const missing = {
  email: "no e-mail address, by which the pool names its users",
  phone: "no phone number, by which the pool names its users",
  username: "no user name that the pool could take",
  alias: "no user name that the pool could take",
} as const;

/** The name that a sign-in would give the user too. */
function nameOf(user: LegacyUser, { userNames, identifiers }: ImportServices): string | undefined {
  const { email, phone_number } = user.attributes;
  const typed = { email, phone: phone_number, username: user.username, alias: user.username }[userNames];
  const lookup = typed === undefined ? undefined : canonicalIdentifier(typed, identifiers);
  return lookup === undefined ? undefined : platformUsernameFor(user, lookup, userNames, identifiers);
}

function withTimes(user: ImportedUser, { createdAt, lastSignInAt }: ComesAlong): ImportedUser {
  const times = {
    ...(createdAt === undefined || user.createdAt === undefined ? {} : { [createdAt]: user.createdAt }),
    ...(lastSignInAt === undefined || user.lastSignInAt === undefined ? {} : { [lastSignInAt]: user.lastSignInAt }),
  };
  return Object.keys(times).length === 0 ? user : { ...user, attributes: { ...user.attributes, ...times } };
}

function candidateOf(
  { user, legacyKey, platformUsername }: Admitted,
  way: ImportWay,
  services: ImportServices,
): Candidate {
  const { identities: given, totp }: ImportedUser = user;
  const identities = identitiesFor(given, services.along);
  const groups = services.along.groups ? (user.groups ?? []) : [];
  const platformWay = way.kind === "placed" || way.kind === "job";
  return {
    source: user.source,
    legacyId: user.id,
    legacyKey,
    identifiers: identifiersOf(user, services.identifiers),
    ...(platformWay ? { platformUsername } : {}),
    ...(groups.length === 0 ? {} : { groups }),
    ...(identities.length === 0 ? {} : { identities }),
    ...(services.options.passwords === "reset" && !platformWay ? { mustChange: true } : {}),
    ...(totp === undefined ? {} : { totp: true }),
  };
}

type PlatformWay = Extract<ImportWay, { readonly kind: "placed" | "job" }>;

/** `placing` is written first: whatever ends the run, the next one knows what may be there. */
async function placeUser(
  plan: WritePlan,
  way: PlatformWay,
  services: ImportServices,
  signal: AbortSignal,
): Promise<ImportAnswer> {
  const { platform, ledger, now } = services;
  if (platform === undefined)
    throw new MigrationError("CONFIG_INVALID", "a user goes to a platform that was not named");
  const inJob = way.kind === "job";
  const begun = await changeRow(
    plan.row,
    (row) => onPlacing(row, plan.candidate, inJob, now()),
    sealingOf(plan, way, services, signal),
    ledger,
    signal,
  );
  if (begun.kind === "conflict" || begun.kind === "erased") return refusals[begun.kind];
  const { row } = begun;
  if (row.state !== "placing") return { kind: "kept", state: row.state };
  const verdict = plan.verdict === "update" ? "update" : "create";
  if (inJob) {
    return { kind: "pending", was: verdict, way, admitted: plan.admitted, row, resumed: begun.kind === "stayed" };
  }

  const placed = await platform.target.place(plan.admitted, firstPassword(plan.user, way.first), signal);
  if (placed.kind === "placed") {
    await platform.target.join({ ...row, platformId: placed.platformId }, signal);
    await changeRow(row, (one) => onPlaced(one ?? row, placed.platformId, now()), {}, ledger, signal);
    return { kind: verdict, way, doubts: plan.doubts };
  }
  const vaultWay = chooseVaultWay(plan.user, services);
  if (vaultWay.kind === "refused") return vaultWay;
  const back = await changeRow(
    row,
    (one) => onNotPlaced(one ?? row, now()),
    sealingOf(plan, vaultWay, services, signal),
    ledger,
    signal,
  );
  if (back.kind === "conflict" || back.kind === "erased") return refusals[back.kind];
  if (back.kind !== "done") return { kind: "kept", state: back.row.state };
  return placed.kind === "refused" ? placed : { kind: verdict, way: vaultWay, doubts: plan.doubts };
}

function firstPassword({ plaintext }: ImportedUser, kind: FirstPassword["kind"]): FirstPassword {
  if (kind === "unknown" || kind === "invite") return { kind };
  if (plaintext === undefined) throw new Error("a user without a password in the clear is placed with one");
  return { kind, password: plaintext };
}

function sealingOf(plan: WritePlan, way: ImportWay, services: ImportServices, signal: AbortSignal): Sealing {
  const { totp } = plan.user;
  return {
    ...(way.kind === "placed"
      ? {}
      : { vault: async () => services.vault.seal(await vaultUser(plan.user, way, services), signal) }),
    ...(totp === undefined ? {} : { totp: () => services.vault.sealTotp(plan.user, totp, signal) }),
  };
}

/** The user as the vault keeps him: no password in the clear, and nothing that the row or another item has. */
async function vaultUser(user: ImportedUser, way: ImportWay, { passwords }: ImportServices): Promise<LegacyUser> {
  const { plaintext, identities: _, totp: __, createdAt: ___, lastSignInAt: ____, departments: _____, ...rest } = user;
  if (plaintext === undefined || way.kind !== "plaintext") return rest;
  const format = passwords.find(({ name }) => name === way.format);
  if (format?.hash === undefined) throw new MigrationError("CONFIG_INVALID", `${way.format} makes no hashes`);
  return { ...rest, password: { ...(await format.hash(plaintext)), format: format.name } };
}
