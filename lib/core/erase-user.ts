import type { Accounts } from "./accounts.ts";
import type { ErasedUser, Erasures, UnfinishedErasure } from "./erasures.ts";
import { MigrationError } from "./errors.ts";
import type { LedgerRows } from "./import-ports.ts";
import type { Ledger, LedgerAnswer, LedgerUser } from "./ports.ts";
import { tombstoneNames } from "./tombstones.ts";
import { onErase } from "./transitions.ts";
import { userId } from "./user.ts";

export interface EraseServices {
  /** Of a config that erases. */
  readonly ledger: Ledger;
  readonly rows: LedgerRows;
  readonly erasures: Erasures;
  /** Absent where no place on the platform is known. */
  readonly accounts?: Accounts | undefined;
  readonly now: () => Date;
}

export interface Erased {
  readonly kind: "erased" | "already";
  /** What became of the account: `foreign` is one that somebody made on purpose. */
  readonly account: "removed" | "absent" | "foreign" | "unknown";
}

const maxRaces = 6;

/**
 * Erases a user: the tombstones first, in one transaction with all that the ledger has of him; then the account. A user
 * without a row has only the tombstones. Who was erased already is erased again, which ends what a fault has left.
 * @param user All that he is known by; an id that nobody knows is "".
 */
export async function eraseUser(user: ErasedUser, services: EraseServices, signal: AbortSignal): Promise<Erased> {
  const known = await services.erasures.find(tombstoneNames(user), signal);
  const row = await rowOf(user, services, signal);
  const all = row === undefined ? user : joined(user, row);
  if (known === undefined || row !== undefined) await write(all, row, known !== undefined, services, signal);
  return { kind: known === undefined ? "erased" : "already", account: await removeAccount(all, services, signal) };
}

/**
 * Looks again at an erasure: a sign-in that ran at its moment may have let the platform make the user.
 * @returns whether something was there.
 */
export async function eraseAgain(
  { user }: UnfinishedErasure,
  services: EraseServices,
  signal: AbortSignal,
): Promise<boolean> {
  const row = await rowOf(user, services, signal);
  if (row !== undefined) await write(joined(user, row), row, true, services, signal);
  const account = await removeAccount(row === undefined ? user : joined(user, row), services, signal);
  return row !== undefined || account === "removed";
}

async function write(
  user: ErasedUser,
  found: LedgerUser | undefined,
  again: boolean,
  { ledger, erasures, rows, now }: EraseServices,
  signal: AbortSignal,
): Promise<void> {
  let row = found;
  for (let race = 0; race < maxRaces; race++) {
    const all = row === undefined ? user : joined(user, row);
    const change = changeOf(all, row, now());
    const erasing = await erasures.seal(all, signal);
    const more = again ? ({ again: true } as const) : {};
    const wanted = { before: row, ...change, event: "erased", erasing, ...more };
    const answer: LedgerAnswer = await ledger.change(wanted, signal);
    // Somebody else has erased him.
    if (answer.kind === "done" || answer.kind === "erased") return;
    if (answer.kind === "conflict") {
      throw new MigrationError("LEDGER_DAMAGED", "an erased user's row has a pointer that leads to another one");
    }
    row = answer.current;
    if (row === undefined) {
      if (again || (await rows.erased(tombstoneNames(user), signal)).size > 0) return;
    }
  }
  throw new MigrationError("LEDGER_UNAVAILABLE", `the row changed ${maxRaces} times while one erasure was written`);
}

function changeOf(user: ErasedUser, row: LedgerUser | undefined, now: Date): { readonly after: LedgerUser } {
  const { source, legacyId, legacyKey, identifiers } = user;
  if (row === undefined) {
    const since = now.toISOString();
    return { after: { source, legacyId, legacyKey, identifiers, state: "erased", version: 1, since } };
  }
  const transition = onErase(row, now);
  if (transition.kind !== "to") throw new MigrationError("LEDGER_DAMAGED", "an erased user has a row");
  return { after: { ...transition.after, identifiers } };
}

/** The row of a user, whatever of him leads there. */
async function rowOf(
  user: ErasedUser,
  { rows, ledger }: Pick<EraseServices, "rows" | "ledger">,
  signal: AbortSignal,
): Promise<LedgerUser | undefined> {
  if (user.legacyId !== "") {
    const row = (await rows.read([user], signal)).get(userId(user));
    if (row !== undefined) return row;
  }
  const keys = [
    ...(user.platformId === undefined ? [] : [{ kind: "platform", value: user.platformId, living: true } as const]),
    ...(user.legacyKey === "" ? [] : [{ kind: "legacy", value: user.legacyKey, living: true } as const]),
    ...user.identifiers.map((value) => ({ kind: "identifier", value, living: true }) as const),
  ];
  const row = await ledger.find(keys, signal);
  // An identifier may be another user's by now, who has nothing to do with it.
  if (row === undefined || user.legacyId === "") return row;
  return row.source === user.source && row.legacyId === user.legacyId ? row : undefined;
}

function joined(user: ErasedUser, row: LedgerUser): ErasedUser {
  const platformUsername = row.platformUsername ?? user.platformUsername;
  const platformId = row.platformId ?? user.platformId;
  return {
    source: row.source,
    legacyId: row.legacyId,
    legacyKey: row.legacyKey,
    identifiers: [...new Set([...row.identifiers, ...user.identifiers])],
    ...(platformUsername === undefined ? {} : { platformUsername }),
    ...(platformId === undefined ? {} : { platformId }),
  };
}

async function removeAccount(
  user: ErasedUser,
  { accounts }: Pick<EraseServices, "accounts">,
  signal: AbortSignal,
): Promise<Erased["account"]> {
  if (accounts === undefined) return "unknown";
  // Without a row nobody knows what the platform calls him: each of his names may be it.
  const names = user.platformUsername === undefined ? user.identifiers : [user.platformUsername];
  let result: Erased["account"] = "absent";
  for (const platformUsername of names.length === 0 ? [undefined] : names) {
    const of = { ...user, ...(platformUsername === undefined ? {} : { platformUsername }) };
    const found = await accounts.find(of, signal);
    if (found.kind === "foreign" && result === "absent") result = "foreign";
    if (found.kind !== "found") continue;
    await accounts.signOut(found.account, signal);
    await accounts.remove(found.account, signal);
    result = "removed";
  }
  return result;
}
