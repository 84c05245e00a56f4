import { isRecordFault, MigrationError } from "./errors.ts";
import type { ImportedUser } from "./imported-user.ts";
import { identifiersOf } from "./legacy-users.ts";
import type { UserNames } from "./platform-name.ts";
import type { HashFormat, LedgerUser, LegacySource, Vault } from "./ports.ts";
import { legacyKeyFor } from "./sign-in.ts";
import type { LegacyUser, StoredPassword } from "./user.ts";
import { importToVault, type VaultImportServices } from "./vault.ts";

/** What an import needs to know of the config, and where it writes. */
export interface ImportServices extends VaultImportServices {
  readonly vaulted: Vault;
  readonly sources: readonly LegacySource[];
  readonly passwords: readonly HashFormat[];
  readonly userNames: UserNames;
}

/** How a user's password is kept until the first sign-in. */
export type ImportWay =
  | { readonly kind: "hash"; readonly format: string }
  /** A password in the clear is hashed before anything is written. */
  | { readonly kind: "plaintext"; readonly format: string }
  /** Only a new password, by way of a verified contact, signs in. */
  | { readonly kind: "none" };

/** What becomes of one user. `kept` has signed in, or is further: no row of a file ever overwrites such a user. */
export type ImportVerdict =
  | { readonly kind: "create" | "update" | "same"; readonly way: ImportWay }
  | { readonly kind: "kept"; readonly state: LedgerUser["state"] }
  | { readonly kind: "refused"; readonly reason: string };

/** What would become of a user. Nothing is written. Faults of the ledger and the vault are thrown. */
export async function planImport(
  user: ImportedUser,
  services: ImportServices,
  signal: AbortSignal,
): Promise<ImportVerdict> {
  const way = wayOf(user, services.passwords);
  if (way.kind === "refused") return way;
  const contact = missingName(user, services.userNames);
  if (contact !== undefined) return { kind: "refused", reason: contact };
  const legacyKey = legacyKeyFor(user, services.sources);
  const identifiers = identifiersOf(user, services.identifiers);
  const keys = identifiers.map((value) => ({ kind: "identifier", value }) as const);
  const row = await services.ledger.find([{ kind: "legacy", value: legacyKey }, ...keys], signal);
  if (row === undefined) return { kind: "create", way };
  if (row.legacyKey !== legacyKey) return { kind: "refused", reason: "an identifier is another user's in the ledger" };
  if (row.state !== "imported") return { kind: "kept", state: row.state };
  return { kind: (await isSame(user, row, services, signal)) ? "same" : "update", way };
}

/** Puts a user where the plan says. May be done again, by a repeated run or another one at the same time. */
export async function importUser(
  user: ImportedUser,
  services: ImportServices,
  signal: AbortSignal,
): Promise<ImportVerdict> {
  const planned = await planImport(user, services, signal);
  if (planned.kind !== "create" && planned.kind !== "update") return planned;
  const done = await importToVault(
    await kept(user, planned.way, services),
    legacyKeyFor(user, services.sources),
    services,
    signal,
  );
  if (done === "vaulted") return planned;
  // Somebody was faster: a sign-in, an operator, another import.
  return done === "conflict"
    ? { kind: "refused", reason: "an identifier is another user's in the ledger" }
    : { kind: "kept", state: "verified" };
}

function wayOf(
  user: ImportedUser,
  formats: readonly HashFormat[],
): ImportWay | { readonly kind: "refused"; readonly reason: string } {
  if (user.plaintext !== undefined) {
    const format = formats.find(({ hash }) => hash !== undefined);
    if (format !== undefined) return { kind: "plaintext", format: format.name };
    return { kind: "refused", reason: "a password in the clear, and no format of `passwords` makes hashes" };
  }
  const stored = user.password === undefined ? [] : [user.password].flat();
  if (stored.length === 0) return { kind: "none" };
  try {
    const names = stored.map((one) => formatOf(one, formats));
    return { kind: "hash", format: [...new Set(names)].join(" + ") };
  } catch (error) {
    if (!isRecordFault(error)) throw error;
    return { kind: "refused", reason: `${error.code}: ${error.message}` };
  }
}

/** The format that will check it; damaged and too costly hashes are refused as a sign-in would refuse them. */
function formatOf(stored: StoredPassword, formats: readonly HashFormat[]): string {
  const format =
    stored.format === undefined
      ? (formats.find((one) => one.recognizes(stored)) ?? formats.at(-1))
      : formats.find(({ name }) => name === stored.format);
  if (format === undefined || (!format.recognizes(stored) && format.takesTheRest !== true)) {
    const listed = formats.map(({ name }) => name).join(", ");
    throw new MigrationError(
      "HASH_UNKNOWN",
      `no format of \`passwords\` takes the stored password; listed are ${listed}`,
    );
  }
  format.parse(stored);
  return format.name;
}

function missingName({ attributes }: LegacyUser, userNames: UserNames): string | undefined {
  if (userNames === "email" && attributes.email === undefined)
    return "no e-mail address, by which the pool names its users";
  if (userNames === "phone" && attributes.phone_number === undefined) {
    return "no phone number, by which the pool names its users";
  }
  return undefined;
}

async function isSame(
  user: ImportedUser,
  row: LedgerUser,
  { vaulted }: ImportServices,
  signal: AbortSignal,
): Promise<boolean> {
  // A password in the clear is hashed with a new salt each time, and cannot be compared without the work of a check.
  if (user.plaintext !== undefined || row.vaulted !== true) return false;
  const there = await vaulted.read(row, signal);
  return there !== undefined && contentOf(there) === contentOf(user);
}

function contentOf({ id, source, username, enabled, attributes, groups, password }: LegacyUser): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    id,
    source,
    username,
    enabled,
    sorted,
    groups ?? [],
    password === undefined ? [] : [password].flat(),
  ]);
}

/** The user as the vault keeps him: no password in the clear. */
async function kept(user: ImportedUser, way: ImportWay, { passwords }: ImportServices): Promise<LegacyUser> {
  const { plaintext, ...rest } = user;
  if (plaintext === undefined || way.kind !== "plaintext") return rest;
  const format = passwords.find(({ name }) => name === way.format);
  if (format?.hash === undefined) throw new MigrationError("CONFIG_INVALID", `${way.format} makes no hashes`);
  return { ...rest, password: { ...(await format.hash(plaintext)), format: format.name } };
}
