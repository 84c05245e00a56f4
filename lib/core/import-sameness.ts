import type { ImportedUser } from "./imported-user.ts";
import type { HashFormat, LedgerUser } from "./ports.ts";
import type { Candidate } from "./transitions.ts";
import type { LegacyUser } from "./user.ts";
import type { TotpVault, Vault } from "./vault-ports.ts";

export interface SamenessServices {
  readonly vaulted: Vault;
  readonly totps: TotpVault;
  readonly passwords: readonly HashFormat[];
}

/** Whether the ledger and the vault have the user just as the import brings him. Both may be read for it. */
export async function isSame(
  user: ImportedUser,
  candidate: Candidate,
  row: LedgerUser,
  services: SamenessServices,
  signal: AbortSignal,
): Promise<boolean> {
  if (row.vaulted !== true || wordsOf(row) !== wordsOf({ ...candidate, ...(row.totp ? { totp: true } : {}) }))
    return false;
  if (user.totp !== undefined) {
    const secret = await services.totps.read(row, signal);
    if (secret?.revealText() !== user.totp.revealText()) return false;
  }
  const there = await services.vaulted.read(row, signal);
  if (there === undefined || contentOf(there) !== contentOf(user)) return false;
  if (user.plaintext === undefined) return passwordsOf(there) === passwordsOf(user);
  return matches(there, user.plaintext, services, signal);
}

/** A password in the clear is hashed with a new salt each time: the check of it is the comparison. */
async function matches(
  { password }: LegacyUser,
  plaintext: NonNullable<ImportedUser["plaintext"]>,
  { passwords }: SamenessServices,
  signal: AbortSignal,
): Promise<boolean> {
  const [stored] = password === undefined ? [] : [password].flat();
  const format = passwords.find(({ name }) => name === stored?.format);
  if (stored === undefined || format === undefined) return false;
  return (await format.parse(stored).verify(plaintext, signal)) === "match";
}

function wordsOf({ identifiers, groups, identities, mustChange, totp }: Candidate): string {
  return JSON.stringify([identifiers, groups, identities, mustChange, totp]);
}

function contentOf({ id, source, username, enabled, attributes, groups }: LegacyUser): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([id, source, username, enabled, sorted, groups ?? []]);
}

function passwordsOf({ password }: LegacyUser): string {
  return JSON.stringify(password === undefined ? [] : [password].flat());
}
